import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { tokenizeBy } from './tokenize.ts'

const demo = new URL('../../../local-runtime/demo-model/nearside-demo/', import.meta.url)
const read = (name: string): object => JSON.parse(readFileSync(new URL(name, demo), 'utf8')) as object
const json = read('tokenizer.json')
const config = read('tokenizer_config.json')

describe('the tokens of a text', () => {
  it('are what the tokenizer of a real model makes of it', () => {
    const ids = tokenizeBy(json, config, 256)('What is the capital of France?')
    expect(ids.length).toBeGreaterThan(3)
    expect(ids.every(Number.isSafeInteger)).toBe(true)
    expect(tokenizeBy(json, config, 256)('What is the capital of Norway?')).not.toEqual(ids)
  })

  it('of a long text are those of its beginning and of its end', () => {
    const tokenize = tokenizeBy((text: string) => [1, ...text.split(' ').map(Number), 2], {}, 8)
    const numbers = Array.from({ length: 14 }, (_, i) => i + 10)
    expect(tokenize(numbers.join(' '))).toEqual([1, 10, 11, 12, 21, 22, 23, 2])
  })

  it('never come from more of a text than its bound, whatever the text is', () => {
    let longest = 0
    const tokenize = tokenizeBy(
      (text: string) => {
        longest = Math.max(longest, text.length)
        return [1]
      },
      {},
      64,
    )
    tokenize('a'.repeat(2 ** 20))
    expect(longest).toBeLessThanOrEqual(64 * 8)
  })

  it('TRUST 34: a megabyte without a space costs a byte-pair tokenizer no more than its bound', () => {
    const tokenize = tokenizeBy(json, config, 256)
    for (const seed of ['a', '1', '\ud835', '漢', '\u0300', '😀', ' ']) {
      expect(tokenize(seed.repeat(2 ** 20 / seed.length)).length).toBeLessThanOrEqual(256)
    }
  })

  it.each([
    ['no list', () => 7],
    ['fractions', () => [0.5]],
    ['negative numbers', () => [-1]],
    ['texts', () => ['a']],
  ])('are refused where a function makes %s', (_, tokenize) => {
    expect(() => tokenizeBy(tokenize as never, {}, 8)('text')).toThrow(
      'tokenizer makes a list of whole numbers',
    )
  })

  it.each([
    ['nothing of a tokenizer', {}],
    ['a model that is no object', { model: 'BPE' }],
    ['a kind that nobody knows', { model: { type: 'Runes' } }],
  ])('are refused where the file holds %s', (_, given) => {
    expect(() => tokenizeBy(given, {}, 8)('text')).toThrow(/^tokenizer /)
  })
})
