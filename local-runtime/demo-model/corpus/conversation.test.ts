import { expect, it } from 'vitest'
import { seededRandom } from '../network/random.ts'
import { allAnswers, requestKinds } from './answers.ts'
import { sampleExample } from './conversation.ts'
import { requests } from './read-corpus.ts'

const random = seededRandom(5)
const examples = Array.from({ length: 2_000 }, () => sampleExample(random, 20))

it('has requests of every kind', () => {
  for (const kind of requestKinds) expect(requests.get(kind)!.length, kind).toBeGreaterThan(7)
  expect(new Set(examples.map(({ kind }) => kind)).size).toBe(requestKinds.length)
})

it('fills every place', () => {
  const places = /\{(thing|text|code|number|tongue|foreign|script|noise|repetition|hello)\}/i
  for (const { messages } of examples) {
    for (const { content } of messages) expect(content).not.toMatch(places)
  }
})

it('ends each conversation with the user and answers with a known answer', () => {
  for (const { messages, answer } of examples) {
    expect(messages.at(-1)!.role).toBe('user')
    expect(allAnswers()).toContain(answer)
  }
})

it('shows conversations with and without a system message, with and without earlier turns', () => {
  expect(examples.some(({ messages }) => messages.length === 1)).toBe(true)
  expect(examples.some(({ messages }) => messages[0]!.role === 'system' && messages.length === 2)).toBe(true)
  expect(examples.some(({ messages }) => messages.length >= 7)).toBe(true)
})

it('is the same for the same seed', () => {
  expect(sampleExample(seededRandom(9), 30)).toEqual(sampleExample(seededRandom(9), 30))
})
