import { expect, it } from 'vitest'
import { fitCurve, logOdds, onCurve } from './fit-curve.ts'

it('finds the curve that made the outcomes', () => {
  const scores = Array.from({ length: 2_000 }, (_, i) => (i % 200) / 25 - 4)
  // Of ten with the same score as many happen as the curve says.
  const happened = scores.map(
    (score, i) => (Math.floor(i / 200) + 0.5) / 10 < 1 / (1 + Math.exp(-(0.5 + 2 * score))),
  )
  const { offset, slope } = fitCurve(scores, happened)
  expect(Math.abs(offset - 0.5)).toBeLessThan(0.5)
  expect(Math.abs(slope - 2)).toBeLessThan(0.5)
})

it.each([5, 13, -13, 0])('keeps to the share that came true where all scores are %d', (score) => {
  const happened = Array.from({ length: 40 }, (_, i) => i % 4 === 0)
  const curve = fitCurve(new Array<number>(40).fill(score), happened)
  expect(1 / (1 + Math.exp(-(curve.offset + curve.slope * score)))).toBeCloseTo(0.25, 2)
})

it('stays finite where the scores tell the outcomes apart entirely', () => {
  const curve = fitCurve([-3, -2, -1, 1, 2, 3], [false, false, false, true, true, true])
  expect(Number.isFinite(curve.offset) && Number.isFinite(curve.slope)).toBe(true)
  expect(onCurve(curve, 0.9)).toBeGreaterThan(0.9)
})

it('knows the log-odds of certainty as a finite number', () => {
  expect(logOdds(1)).toBeCloseTo(13.8, 1)
  expect(logOdds(0)).toBeCloseTo(-13.8, 1)
  expect(onCurve({ offset: 0, slope: 1 }, 0.3)).toBeCloseTo(0.3, 10)
})
