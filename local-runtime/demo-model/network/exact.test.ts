import { expect, it } from 'vitest'
import { cosineAndSine, exponential } from './exact.ts'

it('gives the exponential to double precision over its whole range', () => {
  for (let x = -699.3; x < 700; x += 0.37) {
    expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-13)
  }
  expect(exponential(0)).toBe(1)
})

it('gives zero far below and stays finite far above', () => {
  expect(exponential(-701)).toBe(0)
  expect(exponential(Number.NEGATIVE_INFINITY)).toBe(0)
  expect(Number.isFinite(exponential(1e9))).toBe(true)
})

it('gives cosine and sine in every quarter, for negative angles and for those of the farthest position', () => {
  for (let angle = -2_100; angle < 2_100; angle += 0.61) {
    const [cosine, sine] = cosineAndSine(angle)
    expect(Math.abs(cosine - Math.cos(angle))).toBeLessThan(1e-11)
    expect(Math.abs(sine - Math.sin(angle))).toBeLessThan(1e-11)
  }
})
