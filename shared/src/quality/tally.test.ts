import { describe, expect, it } from 'vitest'
import { countsOf, noVerdicts, qualityStanding, sumOfCounts, type VerdictCounts, wilson } from './tally.ts'
import type { QualityVerdict } from './verdict.ts'

const verdict = (outcome: QualityVerdict['outcome'], near = 3): QualityVerdict => ({
  outcome,
  swayed: false,
  near,
  reference: 4,
})
const tally = (outcomes: readonly QualityVerdict['outcome'][]): VerdictCounts =>
  sumOfCounts(outcomes.map((outcome) => countsOf(verdict(outcome))))

describe('Wilson’s interval', () => {
  // By hand from the formula, as textbooks print it.
  it.each<readonly [number, number, number, number]>([
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [5, 10, 0.2366, 0.7634],
    [81, 263, 0.2553, 0.3662],
  ])('of %i in %i', (successes, trials, low, high) => {
    const interval = wilson(successes, trials, 1.96)
    expect(interval.low).toBeCloseTo(low, 3)
    expect(interval.high).toBeCloseTo(high, 3)
  })

  it('of nothing says nothing', () => {
    expect(wilson(0, 0, 1.96)).toEqual({ low: 0, high: 1 })
  })
})

it('what is as good counts as good', () => {
  expect(qualityStanding(tally(['better', 'tie', 'worse', 'tie']))).toMatchObject({
    verdicts: 4,
    share: 0.75,
    near: 3,
    reference: 4,
  })
})

it('where nothing was judged, nothing is graded', () => {
  expect(qualityStanding(noVerdicts)).toEqual({
    verdicts: 0,
    share: 0,
    low: 0,
    high: 1,
    near: null,
    reference: null,
  })
})

it('grades of six are counted whole, however many are summed up', () => {
  const thirds = sumOfCounts(Array.from({ length: 300 }, () => countsOf(verdict('tie', 19 / 6))))
  expect(thirds).toEqual({ verdicts: 300, good: 300, near: 5_700, reference: 7_200 })
  expect(qualityStanding(thirds)).toMatchObject({ near: 19 / 6, reference: 4 })
})
