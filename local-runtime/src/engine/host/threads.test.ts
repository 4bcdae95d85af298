import { expect, it } from 'vitest'
import { defaultThreads } from './threads.ts'

const large = 2 ** 31

it('takes no more threads than the quota gives cores', () => {
  expect(defaultThreads(large, 1.5)).toBe(1)
  expect(defaultThreads(large, 0.2)).toBe(1)
  expect(defaultThreads(large, 4)).toBe(4)
})

it('stops where memory is the limit', () => {
  expect(defaultThreads(large, 64)).toBe(8)
})

it('gives a small model one thread', () => {
  expect(defaultThreads(1_000_000, 64)).toBe(1)
})
