import { expect, it } from 'vitest'
import { letters, promptIds, specialId, vocabularyOf } from './vocabulary.ts'

it('makes prompts of exact lengths, alike from the beginning with the same salt and with no other', () => {
  const [short, long] = [promptIds(30, 1, 512), promptIds(60, 1, 512)]
  expect(short).toHaveLength(30)
  expect(long.slice(0, 28)).toEqual(short.slice(0, 28))
  expect(promptIds(30, 2, 512)[2]).not.toBe(short[2])
})

it('has a token for each letter, and each token once', () => {
  const tokens = vocabularyOf(512)
  expect(new Set(tokens).size).toBe(512)
  expect([...letters(3, 7)].map((letter) => tokens.indexOf(letter))).toEqual(promptIds(7, 7, 512).slice(2, 5))
  expect(tokens[specialId(512, '<|begin|>')]).toBe('<|begin|>')
})
