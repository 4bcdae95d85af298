import { expect, it } from 'vitest'
import { learnMerges } from './learn-merges.ts'
import { byteAlphabet, piecesOf } from './pieces.ts'
import { SPECIAL_TOKENS, tokenizerOf } from './tokenizer.ts'

const tokenizer = tokenizerOf(
  learnMerges(
    new Map([
      ['the model, the real model', 10],
      ['a realm', 1],
    ]),
    30,
  ),
)

function textOf(tokens: readonly number[]): string {
  const bytes = tokens.flatMap((token) =>
    Array.from(tokenizer.vocabulary[token]!, (character) => byteAlphabet.indexOf(character)),
  )
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes))
}

it('gives every byte a character of its own', () => {
  expect(new Set(byteAlphabet).size).toBe(256)
  expect(byteAlphabet.every((character) => /^\S$/u.test(character))).toBe(true)
})

it.each([
  '',
  'the model',
  ' leading and trailing ',
  'line\n\n\tline   end  ',
  'naïve Ünïcode, 漢字, עברית, 👩‍👩‍👧 and \u0000\ufeff',
  '12345 + 6.7 = x_y["z"]',
])('gives back the text %j from its tokens', (text) => {
  expect(textOf(tokenizer.encodeExactly(text))).toBe(text)
  expect(tokenizer.encode(text)).toEqual(tokenizer.encodeExactly(text.toLowerCase()))
  expect(piecesOf(text).join('')).toHaveLength(new TextEncoder().encode(text).length)
})

it('makes a frequent word one token', () => {
  expect(tokenizer.encode(' model')).toHaveLength(1)
  expect(tokenizer.encode(' modal').length).toBeGreaterThan(1)
})

it('never makes a special token from text', () => {
  const special = SPECIAL_TOKENS.map((token) => tokenizer.special(token))
  const tokens = tokenizer.encode(SPECIAL_TOKENS.join(' '))
  expect(tokens.filter((token) => special.includes(token))).toEqual([])
})

it('learns the same merges from the same texts, each token once', () => {
  const texts = new Map([['low lower lowest newer newest wide widest', 3]])
  const merges = learnMerges(texts, 40)
  expect(learnMerges(texts, 40)).toEqual(merges)
  expect(new Set(tokenizerOf(merges).vocabulary).size).toBe(tokenizerOf(merges).vocabulary.length)
})
