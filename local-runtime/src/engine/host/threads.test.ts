import { expect, it } from 'vitest'
import { defaultThreads, quotaCores } from './threads.ts'

const large = 2 ** 31

it('takes no more threads than the quota gives cores', () => {
  expect(quotaCores('150000 100000\n')).toBe(1.5)
  expect(quotaCores('max 100000\n')).toBe(Number.POSITIVE_INFINITY)
  expect(quotaCores('')).toBe(Number.POSITIVE_INFINITY)
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
