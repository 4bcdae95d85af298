import { expectedCalibrationError, reliabilityBins } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../train/random.ts'
import { bootstrapInterval } from './bootstrap.ts'
import { costQualityCurve, routingFigures } from './routing.ts'

/** A hundred prompts, of which the large model alone does every fourth. */
const outcomes = Array.from({ length: 100 }, (_, i) => ({
  smallScore: i % 4 === 0 ? 0 : 1,
  largeScore: 1,
}))

describe("RouteLLM's measure", () => {
  it('gives a router that knows the outcome more than one that draws lots', () => {
    const oracle = routingFigures(
      outcomes.map((outcome) => outcome.largeScore - outcome.smallScore),
      outcomes,
    )
    const random = seededRandom(3)
    const lots = Array.from({ length: 200 }, () => routingFigures(outcomes.map(random), outcomes).apgr)
    expect(oracle.apgr).toBeGreaterThan(0.85)
    expect(lots.reduce((sum, apgr) => sum + apgr) / lots.length).toBeCloseTo(0.5, 1)
    expect(oracle.cpt80).toBeLessThan(0.25)
  })

  it('begins with no call of the large model and ends with all', () => {
    const curve = costQualityCurve(
      outcomes.map((_, i) => i),
      outcomes,
    )
    expect(curve.at(0)).toEqual({ share: 0, quality: 0.75 })
    expect(curve.at(-1)).toEqual({ share: 1, quality: 1 })
    expect(curve).toHaveLength(11)
  })

  it('gives a router that has it the wrong way round less than half', () => {
    const wrong = outcomes.map((outcome) => outcome.smallScore)
    expect(routingFigures(wrong, outcomes).apgr).toBeLessThan(0.3)
  })
})

describe('calibration error', () => {
  it('is nought for a probability that comes true as often as it says', () => {
    const said = Array.from({ length: 3_000 }, (_, i) => (i % 2 === 0 ? 0.2 : 0.8))
    const happened = said.map((share, i) => Math.floor(i / 2) % 10 < share * 10)
    expect(expectedCalibrationError(reliabilityBins(said, happened))).toBeLessThan(0.01)
  })

  it('is the distance of a probability that is always off', () => {
    const said = new Float64Array(1_500).fill(0.9)
    const happened = Array.from({ length: 1_500 }, (_, i) => i % 2 === 0)
    expect(expectedCalibrationError(reliabilityBins(said, happened))).toBeCloseTo(0.4, 2)
  })
})

it('a bootstrap interval holds the figure and narrows with more rows', () => {
  const width = (count: number): number => {
    const [low, high] = bootstrapInterval(
      count,
      (rows) => rows.filter((row) => row % 2 === 0).length / count,
      seededRandom(1),
    )
    expect(low).toBeLessThan(0.5)
    expect(high).toBeGreaterThan(0.5)
    return high - low
  }
  expect(width(2_000)).toBeLessThan(width(200) / 2)
})
