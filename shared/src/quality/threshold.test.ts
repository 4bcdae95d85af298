import { expect, it } from 'vitest'
import { defaultPolicy } from '../plan/policy.ts'
import { thresholdMove, withOffset } from './threshold.ts'

const terms = { step: 0.1, floor: 0, ceiling: 0.25 }

it('a threshold moves by steps, and never past its ceiling or its floor', () => {
  expect(thresholdMove(0, 'below', terms)).toEqual({ from: 0, to: 0.1, because: 'below-level' })
  expect(thresholdMove(0.2, 'below', terms)).toEqual({ from: 0.2, to: 0.25, because: 'below-level' })
  expect(thresholdMove(0.25, 'below', terms)).toBeNull()
  expect(thresholdMove(0.1, 'above', terms)).toEqual({ from: 0.1, to: 0, because: 'above-level' })
  expect(thresholdMove(0, 'above', terms)).toBeNull()
})

it('what proves nothing moves nothing', () => {
  expect(thresholdMove(0.1, 'unsure', terms)).toBeNull()
})

it('steps up and down come back to where they began', () => {
  let offset = 0
  for (let i = 0; i < 2; i++) offset = thresholdMove(offset, 'below', terms)?.to ?? offset
  for (let i = 0; i < 3; i++) offset = thresholdMove(offset, 'above', terms)?.to ?? offset
  expect(offset).toBe(0)
})

it('the frontier takes over so much sooner', () => {
  expect(withOffset(defaultPolicy, 0)).toBe(defaultPolicy)
  expect(withOffset(defaultPolicy, 0.1).frontierFrom).toBe(0.5)
  expect(withOffset(defaultPolicy, 0.9).frontierFrom).toBe(0)
  expect(withOffset(defaultPolicy, -0.9).frontierFrom).toBe(1)
})
