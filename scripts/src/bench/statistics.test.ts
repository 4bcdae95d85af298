import { expect, it } from 'vitest'
import { median, quantile, ratioByRound, round, spread } from './statistics.ts'

it('the median of an even number of values lies between the middle two', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([9])).toBe(9)
  expect(median([])).toBeNaN()
})

it('a quantile is read between its neighbours', () => {
  expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9)
  expect(quantile([3, 1, 2], 1)).toBe(3)
})

it('a ratio is taken round by round, so that a slow spell touches both sides of it', () => {
  expect(ratioByRound([50, 100, 5], [100, 200, 10])).toEqual({ median: 0.5, min: 0.5, max: 0.5 })
})

it('a spread has four digits', () => {
  expect(spread([1.23456, 2, 3])).toEqual({ median: 2, min: 1.235, max: 3 })
  expect(round(12345.6)).toBe(12350)
})
