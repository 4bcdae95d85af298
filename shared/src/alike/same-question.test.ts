import { describe, expect, it } from 'vitest'
import { longestQuestion, readQuestion } from './read-question.ts'
import { sameQuestion } from './same-question.ts'

function same(one: string, other: string): boolean {
  const [a, b] = [readQuestion(one), readQuestion(other)]
  const there = a !== null && b !== null && sameQuestion(a, b)
  const back = a !== null && b !== null && sameQuestion(b, a)
  expect([one, other, back]).toEqual([one, other, there])
  return there
}

it.each([
  ['How do I export my notes to CSV?', 'How can my notes be exported to CSV?'],
  ['In Python, how do you sort a list?', 'What is the way to sort lists in Python?'],
  ['How many people live there? 1,000?', 'How many people live there? 1000?'],
  ['Who wrote Emma?', 'Tell me who wrote Emma'],
  ['Wann öffnet die Filiale in Bonn?', 'Können Sie mir sagen, wann die Filiale in Bonn öffnet?'],
  ['Comment puis-je résilier mon bail ?', 'Je souhaite résilier mon bail. Comment faire ?'],
  ['¿A qué hora abre la tienda de Lugo?', '¿Cuándo abre la tienda de Lugo?'],
])('takes for one question: %s / %s', (one, other) => {
  expect(same(one, other)).toBe(true)
})

describe('tells apart what', () => {
  it.each([
    ['has another number', 'What is 12% of 340?', 'What is 21% of 340?'],
    ['has another sign', 'Is -5 larger than 6?', 'Is 5 larger than 6?'],
    ['has another unit', 'Is 5 mg a day too much?', 'Is 5 g a day too much?'],
    ['counts the other thing', 'How many miles are in 5 kilometres?', 'How many kilometres are in 5 miles?'],
    ['is negated', 'Is it safe?', 'Is it not safe?'],
    ['lacks something', 'Can I pay with a card?', 'Can I pay without a card?'],
    ['goes the other way', 'Does the bus go from Ulm to Bonn?', 'Does the bus go from Bonn to Ulm?'],
    ['compares the other way', 'Is Spain larger than Italy?', 'Is Italy larger than Spain?'],
    ['has the roles exchanged', 'Does Alice pay for Bob?', 'Does Bob pay for Alice?'],
    ['asks for whom and not who', 'Which team beat Leeds?', 'Which team did Leeds beat?'],
    ['asks whom and not who', 'Who did Karpov beat?', 'Who beat Karpov?'],
    ['was done by somebody', 'Did Karpov beat Kasparov?', 'Was Karpov beaten by Kasparov?'],
    ['is of the other', 'Who is the king of the city?', 'Who is the city of the king?'],
    ['puts the other in', 'How do I put Docker in a sandbox?', 'How do I put a sandbox in Docker?'],
    ['adds the other to', 'How do I add a column to a table?', 'How do I add a table to a column?'],
    ['replaces the other', 'How do I replace tabs with spaces?', 'How do I replace spaces with tabs?'],
    ['belongs to another', 'How can my wife use my ticket?', 'How can I use the ticket of my wife?'],
    ['quotes something else', 'Translate "yes" into French', 'Translate "no" into French'],
    ['has another mark', 'What is `a = b`?', 'What is `a == b`?'],
    ['is at another time of day', 'Is it open at 7 am?', 'Is it open at 7 pm?'],
    ['is the doer and not the done to', 'Who is the employer?', 'Who is the employee?'],
    ['is another kind of question', 'Why is it open?', 'When is it open?'],
    ['may and must', 'Darf man hier rauchen?', 'Muss man hier rauchen?'],
    ['is eaten', 'Le chat mange-t-il la souris ?', 'La souris mange-t-elle le chat ?'],
  ])('%s', (_, one, other) => {
    expect(same(one, other)).toBe(false)
  })
})

it('reads no text that is too long, empty, or no question', () => {
  for (const text of [
    '',
    '  ',
    '?',
    'How?',
    `Why ${'x'.repeat(longestQuestion)}?`,
    'The cat sat on the mat.',
  ])
    expect([text, readQuestion(text)]).toEqual([text, null])
})

it('TRUST 34: reads adversarial text of full length in a bounded number of steps', () => {
  const shapes = [
    ' ',
    'how ',
    'a,',
    '""',
    '1,1',
    "i'd ",
    '¿',
    'in a, ',
    'how long take ',
    'by whom was ',
    'what is a of ',
    'is a by ',
    'between a and ',
    'is it a who ',
    "a's ",
    ': how ',
    'have been ',
    '\u0301',
    '\ud800',
  ]
  const begun = cpuMs()
  for (const shape of shapes) readQuestion(shape.repeat(Math.floor(longestQuestion / shape.length)))
  // Ten thousand times what it takes, and far below what anything that grows like a power would take.
  expect(cpuMs() - begun).toBeLessThan(10_000)
})

/** Processor time: what else the machine has to do meanwhile is not in it. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
