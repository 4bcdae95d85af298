import { expect, it } from 'vitest'
import { ask, pick, trial } from '../trial.testing.ts'
import { greetings } from './greetings.ts'
import { uuids } from './uuids.ts'

const inLanguages = [
  { says: ['hello', 'hi', 'hey there', 'good morning'], answers: /^Hello!/ },
  { says: ['hallo', 'guten Tag', 'guten Abend'], answers: /^Hallo!/ },
  { says: ['bonjour', 'bonsoir', 'salut'], answers: /^Bonjour/ },
  { says: ['hola', 'buenos días', 'buenas tardes'], answers: /^¡Hola!/ },
  { says: ['thanks', 'thank you very much', 'many thanks'], answers: /^You're welcome/ },
  { says: ['danke', 'vielen Dank'], answers: /^Gern/ },
  { says: ['merci', 'merci beaucoup'], answers: /^Avec plaisir/ },
  { says: ['gracias', 'muchas gracias'], answers: /^¡De nada!/ },
]

it('greets in the language of the greeting, however it is written', () => {
  const { wrong, answeredShare } = trial(greetings, (random) => {
    const { says, answers } = pick(random, inLanguages)
    const said = pick(random, says)
    const written = pick(random, [
      said,
      said.toUpperCase(),
      `${said.charAt(0).toUpperCase()}${said.slice(1)}`,
    ])
    const question = `${written}${pick(random, ['', '!', '.', ' !'])}`
    const answer = ask(greetings, question)
    return { question, answer: answer !== null && answers.test(answer) ? answer : 'in another language' }
  })
  expect(wrong).toEqual([])
  expect(answeredShare).toBe(1)
})

it('greets nobody who says more than a greeting, in any of the languages', () => {
  const { wrong } = trial(greetings, (random) => {
    const said = pick(random, pick(random, inLanguages).says)
    const more = pick(random, [
      '?',
      ', who are you?',
      ' world',
      ' and tell me a joke',
      ' kitty',
      ' Bot 2',
      ' no',
      '!!!?',
      '-ish',
      ' in French',
      '\nwhat is 2+2',
      ' is a word',
    ])
    return {
      question: random(4) === 0 ? `${pick(random, ['say ', 'why ', 'no ', '"'])}${said}` : `${said}${more}`,
      answer: null,
    }
  })
  expect(wrong).toEqual([])
})

it('draws as many UUIDs as were asked for, each of the randomness given and none twice', () => {
  let drawn = 0
  const skill = uuids(() => `id-${drawn++}`)
  for (let count = -3; count < 140; count++) {
    for (const says of [
      'generate # UUIDs',
      'Give me # random UUIDs.',
      'please create # new v4 uuids',
      'make # uuids (v4)',
    ]) {
      drawn = 0
      const said = ask(skill, says.replace('#', String(count)))
      const wanted =
        count >= 1 && count <= 99 ? Array.from({ length: count }, (_, i) => `id-${i}`).join('\n') : null
      expect(said, `${says} ${count}`).toBe(wanted)
    }
  }
  for (const odd of [
    'generate 2.5 UUIDs',
    'generate 1e3 UUIDs',
    'generate a UUID for ana',
    'generate a nil uuid',
    'generate two v1 uuids',
    'generate 007 uuids',
  ])
    expect(ask(skill, odd), odd).toBeNull()
})
