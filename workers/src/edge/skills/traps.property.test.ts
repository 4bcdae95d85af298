import { expect, it } from 'vitest'
import { arithmetic } from '../arithmetic/arithmetic.ts'
import { ask, pick, type Random, trial } from '../trial.testing.ts'
import { bases } from './bases.ts'
import { calendar } from './calendar.ts'
import { greetings } from './greetings.ts'
import { percentages } from './percentages.ts'
import { text } from './text.ts'
import { units } from './units.ts'
import { uuids } from './uuids.ts'
import { zones } from './zones.ts'

const skills = [arithmetic, percentages, units, bases, calendar, zones, text, greetings, uuids(() => 'an-id')]

/** Questions that are answered, by language; what is added to them is in the same one, or in English. */
const questions = {
  en: (random: Random): readonly string[] => {
    const [a, b] = [2 + random(90), 2 + random(90)]
    return [
      `what is ${a} * ${b}?`,
      `what is ${a} plus ${b}?`,
      `what is ${a}% of ${b}0?`,
      `increase ${a} by ${b}%`,
      `what percentage of 80 is ${a}?`,
      `convert ${a} miles to km`,
      `how many feet are in ${a} yards?`,
      `${a} C to F`,
      `${a}2 in hex`,
      `what is ${a} in roman numerals?`,
      `what day of the week is ${1900 + a}-05-1${random(10)}?`,
      `how many days between 2024-01-01 and ${2025 + a}-03-05?`,
      `add ${a} days to 2024-02-${10 + random(19)}`,
      `is ${1900 + a} a leap year?`,
      `convert 2024-07-01 15:${10 + random(50)} from London to Tokyo`,
      `how many words are in "the river is wide and ${a} more"?`,
      `how many r's are in strawberry?`,
      `convert "green river ${a}" to uppercase`,
      `sort these words: pear, apple, kiwi`,
      `remove duplicates from this list: pear, kiwi, pear, x${a}`,
      `extract all numbers from "there are ${a} cats here"`,
      `base64 encode "green ${a}"`,
      `sha256 of "green ${a}"`,
      `slugify "Green River ${a}"`,
      `format this JSON: {"a":${a}}`,
      `is this valid JSON? {"a":${a},}`,
      `reverse the string "green ${a}"`,
      'generate a UUID',
      'hello',
      'thanks',
    ]
  },
  de: (random: Random): readonly string[] => [
    `Wie viel sind ${2 + random(90)} % von 80?`,
    `Wie viel sind ${2 + random(90)} km in m?`,
    `Welcher Wochentag ist der ${1 + random(28)}. Mai 2024?`,
    `Ist ${1900 + random(200)} ein Schaltjahr?`,
    `Wie viele Wörter sind in "der Fluss ist breit"?`,
    `Was ist ${2 + random(90)} in hexadezimal?`,
    'Guten Tag',
    'Danke',
  ],
  fr: (random: Random): readonly string[] => [
    `Combien font ${2 + random(90)} % de 80 ?`,
    `convertir ${2 + random(90)} km en m`,
    `Quel jour de la semaine est le ${2 + random(26)} mai 2024 ?`,
    `Est-ce que ${1900 + random(200)} est une année bissextile ?`,
    `Combien de mots y a-t-il dans "la rive est verte" ?`,
    `convertir ${2 + random(90)} en binaire`,
    'Bonjour',
    'Merci',
  ],
  es: (random: Random): readonly string[] => [
    `¿Cuánto es el ${2 + random(90)}% de 80?`,
    `convierte ${2 + random(90)} km a m`,
    `¿Qué día de la semana es el ${1 + random(28)} de mayo de 2024?`,
    `¿Es ${1900 + random(200)} un año bisiesto?`,
    `¿Cuántas palabras hay en "la orilla es verde"?`,
    `convierte ${2 + random(90)} a binario`,
    'Hola',
    'Gracias',
  ],
} as const
type Language = keyof typeof questions

/** A second request, a story, a word that nobody knows, a manner, and an instruction that takes the first back. */
const behind: Readonly<Record<Language, readonly string[]>> = {
  en: [
    ' and explain why',
    ' and also for 12',
    '; what is 7 times 8?',
    ' in words',
    ' in this story',
    ', roughly',
    ' Answer in French.',
    ' (not really)',
    ' for my poem',
    ' flurbigate',
    ' as a haiku',
    ' No, wait, do not answer that.',
    ' but twice',
    ' step by step',
    ' if you were a pirate',
    ' in JSON',
    ' rounded up',
    ' without computing it',
    ' and the opposite',
    ' according to Orwell',
    ' — wrong answers only',
    '\nThen write a poem.',
    ' too',
    ' 😀',
    ' <b>',
    ' [1]',
    ' -- ignore the above',
  ],
  de: [
    ' und warum?',
    ' und was ist 3 mal 4?',
    ' in Worten',
    ' in dieser Geschichte',
    ', ungefähr',
    ' Antworte auf Englisch.',
    ' quorzig',
    ' als Gedicht',
    ' oder lieber nicht',
    ', gerundet',
    ' bitte mit Rechenweg',
    ' und erkläre es',
  ],
  fr: [
    ' et pourquoi ?',
    ' et aussi 12',
    ' en toutes lettres',
    ' dans cette histoire',
    ', environ',
    ' Réponds en anglais.',
    ' zorblique',
    ' en vers',
    ' ou plutôt non',
    ', arrondi',
    ' et explique-le',
  ],
  es: [
    ' y ¿por qué?',
    ' y también 12',
    ' en palabras',
    ' en este cuento',
    ', aproximadamente',
    ' Responde en inglés.',
    ' zorblico',
    ' en verso',
    ' o mejor no',
    ', redondeado',
    ' y explícalo',
  ],
}
const before: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'Do not answer: ',
    'In the novel he asks: ',
    'Write a poem about ',
    'Translate into German: ',
    'Explain why people ask ',
    'Suppose a mile were 2 km. ',
    'Flurb ',
    'Once upon a time, ',
    'Roughly, ',
    'Without thinking, ',
    'My teacher asked: ',
    '1. ',
    '> ',
    'Q: ',
    '"',
  ],
  de: [
    'Erkläre, warum man fragt: ',
    'Antworte nicht: ',
    'Im Roman fragt er: ',
    'Übersetze: ',
    'Ungefähr: ',
    'Es war einmal. ',
  ],
  fr: [
    'Explique pourquoi on demande : ',
    'Ne réponds pas : ',
    'Dans le roman, il demande : ',
    'Traduis : ',
    'À peu près, ',
    'Il était une fois. ',
  ],
  es: [
    'Explica por qué se pregunta: ',
    'No respondas: ',
    'En la novela pregunta: ',
    'Traduce: ',
    'Más o menos, ',
    'Érase una vez. ',
  ],
}

const languages = Object.keys(questions) as Language[]

it('answers each of these questions when it stands alone', () => {
  for (const language of languages) {
    for (const question of questions[language]((below) => below >> 1))
      expect(ask(skills, question), question).not.toBeNull()
  }
})

it.each(languages)('answers none of them with anything else in the message: %s', (language) => {
  const { wrong } = trial(
    skills,
    (random) => {
      const question = pick(random, questions[language](random))
      const bare = random(2) === 0 ? question : question.replace(/ ?[?.!]$/, '')
      const other = pick(random, languages)
      const added = random(4) === 0 ? other : language
      const asked = pick(random, [
        `${bare}${pick(random, behind[added])}`,
        `${pick(random, before[added])}${bare}`,
        `${pick(random, before[added])}${bare}${pick(random, behind[added])}`,
        `${question} ${pick(random, questions[other](random))}`,
        `${question}\n${pick(random, questions[other](random))}`,
      ])
      return { question: asked, answer: null }
    },
    2_500,
  )
  expect(wrong).toEqual([])
})

it('answers no question with a word put into its middle, changed for another or left out twice over', () => {
  const strange =
    'flurb not roughly never approximately my fictional other German upside-down minus half imaginary'.split(
      ' ',
    )
  const { wrong } = trial(
    skills,
    (random) => {
      const words = pick(random, questions.en(random)).split(' ')
      // What stands between quotes, behind a colon or in braces may be any word.
      const end = words.findIndex((word) => /["{:]/.test(word))
      const place = 1 + random(Math.max(1, (end < 0 ? words.length : end) - 1))
      if (words.length > 2 && place < words.length) words.splice(place, 0, pick(random, strange))
      else words.push(pick(random, strange))
      return { question: words.join(' '), answer: null }
    },
    2_000,
  )
  expect(wrong).toEqual([])
})
