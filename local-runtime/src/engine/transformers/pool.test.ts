import { expect, it } from 'vitest'
import { pooled } from './pool.ts'

const states = Float32Array.of(3, 0, 0, 0, 4, 0)

it('is the direction of the mean of all tokens, or of the first', () => {
  expect(pooled(states, 3, 'mean')).toEqual([Math.fround(0.6), Math.fround(0.8), 0])
  expect(pooled(states, 3, 'first')).toEqual([1, 0, 0])
})

it('has no direction where there is none, and never divides by nothing', () => {
  expect(pooled(new Float32Array(4), 2, 'mean')).toEqual([0, 0])
})
