import { expect, it } from 'vitest'
import { isSampled } from './sampled.ts'

const ids = Array.from({ length: 20_000 }, (_, i) => `ns_${i.toString(16).padStart(32, '0')}`)

it.each([0.01, 0.1, 0.5])('a share of %f is taken of ids that differ little', (share) => {
  const taken = ids.filter((id) => isSampled(id, share)).length / ids.length
  expect(Math.abs(taken - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / ids.length))
})

it('the same ids are taken again, and a larger share takes them too', () => {
  const taken = ids.filter((id) => isSampled(id, 0.05))
  expect(ids.filter((id) => isSampled(id, 0.05))).toEqual(taken)
  expect(taken.every((id) => isSampled(id, 0.2))).toBe(true)
})

it('none are taken of nothing, and all of all', () => {
  expect(ids.some((id) => isSampled(id, 0))).toBe(false)
  expect(ids.every((id) => isSampled(id, 1))).toBe(true)
})
