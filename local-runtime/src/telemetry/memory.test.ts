import { expect, it } from 'vitest'
import { memoryUsed } from './memory.ts'

it('is a part of what there is', () => {
  expect(memoryUsed()).toBeGreaterThan(0)
  expect(memoryUsed()).toBeLessThanOrEqual(1)
})
