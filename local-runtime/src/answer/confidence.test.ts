import { expect, it } from 'vitest'
import { confidenceFold } from './confidence.ts'

function confidence(logprobs: readonly (number | null)[], ceiling = 1): number | null {
  const fold = confidenceFold(ceiling)
  for (const logprob of logprobs) fold.add(logprob)
  return fold.value()
}

it('is the probability of the tokens where all are alike', () => {
  expect(confidence([Math.log(0.5), Math.log(0.5)])).toBe(0.5)
  expect(confidence([0, 0, 0])).toBe(1)
})

it('lets a few guesses in a long sure answer count', () => {
  const sure = Array.from({ length: 90 }, () => -0.01)
  const guesses = Array.from({ length: 10 }, () => -3)
  expect(confidence([...sure, ...guesses])).toBeLessThan(0.5)
  expect(confidence(sure)).toBeGreaterThan(0.98)
})

it('is never more than the model is allowed to claim', () => {
  expect(confidence([0, 0], 0.05)).toBe(0.05)
})

it('is nothing where nothing was said', () => {
  expect(confidence([])).toBe(0)
})

it('is unknown where the engine tells nothing of its tokens', () => {
  expect(confidence([null, null])).toBeNull()
  expect(confidence([null, Math.log(0.5)])).toBe(0.5)
})
