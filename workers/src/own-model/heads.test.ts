import { describe, expect, it } from 'vitest'
import { checkHeads, type OwnHeads, readHeads } from './heads.ts'
import type { Row } from './open-session.ts'

const row = (dims: readonly number[], ...data: readonly number[]): Row => ({
  dims,
  data: Float32Array.from(data),
})
const reading = (heads: OwnHeads, output: Row, tokens: number | null = null) =>
  readHeads(heads, { out: output }, tokens)

describe('the heads of an own model', () => {
  it('turn one logit through the logistic function and several through softmax', () => {
    expect(reading({ difficulty: { output: 'out' } }, row([1, 1], 0)).difficulty).toBe(0.5)
    const { difficulty } = reading({ difficulty: { output: 'out', at: 2 } }, row([1, 3], 0, 0, Math.log(2)))
    expect(difficulty).toBeCloseTo(0.5, 6)
    expect(reading({ difficulty: { output: 'out', at: 1 } }, row([1, 2], -1e30, 1e30)).difficulty).toBe(1)
  })

  it('take probabilities as they are, and forgive rounding but nothing more', () => {
    const heads: OwnHeads = { harmful: { output: 'out', scores: 'probabilities' } }
    expect(reading(heads, row([1], 1.0000001)).harmful).toBe(1)
    for (const wrong of [1.01, -0.01, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => reading(heads, row([1], wrong))).toThrow(
        'The head harmful found numbers in out that are no',
      )
    }
  })

  it('refuse logits that are no numbers', () => {
    const heads: OwnHeads = { difficulty: { output: 'out', at: 0 } }
    expect(() => reading(heads, row([1, 2], Number.NaN, 0))).toThrow('no logits')
  })

  it('name the likeliest class', () => {
    const heads: OwnHeads = { task: { output: 'out', classes: ['chat', 'code', 'mathematics'] } }
    expect(reading(heads, row([1, 3], 0, 3, 1))).toMatchObject({
      task: 'code',
      difficulty: null,
      vector: null,
    })
  })

  it('average the vectors of the text’s own tokens, without the padding', () => {
    const states = row([1, 3, 2], 3, 0, 0, 4, 100, 100)
    const mean = reading({ vector: { output: 'out' } }, states, 2).vector
    expect([...mean!].map((value) => Math.round(value * 10) / 10)).toEqual([0.6, 0.8])
    expect([...reading({ vector: { output: 'out', pooling: 'first' } }, states, 2).vector!]).toEqual([1, 0])
  })

  it('refuse a gain that is several numbers, and rows of several texts', () => {
    expect(() => reading({ gain: { output: 'out' } }, row([1, 2], 0, 1))).toThrow('wants one number')
    expect(() => reading({ difficulty: { output: 'out', at: 0 } }, row([2, 2], 0, 0, 0, 0))).toThrow(
      'one row',
    )
  })

  it.each<readonly [string, unknown, RegExp]>([
    ['nothing', undefined, /^heads says/],
    ['a head that is none', { difficulty: 'logits' }, /heads\.difficulty names an output/],
    ['scores that are none', { difficulty: { output: 'a', scores: 'odds' } }, /logits or probabilities/],
    [
      'a misspelt key',
      { difficulty: { output: 'a', index: 1 } },
      /heads\.difficulty\.index is not an option/,
    ],
    ['a pooling that is none', { vector: { output: 'a', pooling: 'max' } }, /mean or first/],
    ['classes that are missing', { task: { output: 'a' } }, /heads\.task\.classes/],
  ])('are refused at once with %s', (_, heads, message) => {
    expect(() => checkHeads(heads as OwnHeads)).toThrow(message)
  })
})
