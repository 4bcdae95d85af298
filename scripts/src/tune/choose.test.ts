import { describe, expect, it } from 'vitest'
import { seededRandom } from '../train/random.ts'
import { type Bounds, type Candidate, type Cluster, choose } from './choose.ts'

const free: Bounds = { quality: null, usd: null, joules: null, slow: null }

function madeClusters(seed: number): readonly Cluster[] {
  const random = seededRandom(seed)
  return [0.5, 0.3, 0.2].map((weight) => ({
    weight,
    candidates: Array.from({ length: 6 }, (): Candidate => {
      const cost = random()
      const quality = Math.min(1, 0.4 + 0.5 * Math.sqrt(cost) + 0.1 * random())
      return { quality, cost, usd: cost, joules: 10 * (1 - cost), slow: 0.2 * random() }
    }),
  }))
}

/** Every choice that there is. */
function everyChoice(clusters: readonly Cluster[]): readonly (readonly number[])[] {
  return clusters.reduce<readonly (readonly number[])[]>(
    (all, { candidates }) => all.flatMap((picks) => candidates.map((_, place) => [...picks, place])),
    [[]],
  )
}

function total(
  clusters: readonly Cluster[],
  picks: readonly number[],
  of: (one: Candidate) => number,
): number {
  return clusters.reduce((sum, { weight, candidates }, at) => sum + weight * of(candidates[picks[at]!]!), 0)
}

describe('a choice of arms', () => {
  it('meets the quality wherever any choice does, at nearly the least cost', () => {
    let over = 0
    let counted = 0
    for (let seed = 1; seed <= 60; seed++) {
      const clusters = madeClusters(seed)
      const quality = 0.65 + 0.2 * seededRandom(seed)()
      const meeting = everyChoice(clusters).filter(
        (picks) => total(clusters, picks, (one) => one.quality) >= quality,
      )
      const { choice } = choose(clusters, { ...free, quality })
      expect(choice.missedBy === 0).toBe(meeting.length > 0)
      if (meeting.length === 0) continue
      const least = Math.min(...meeting.map((picks) => total(clusters, picks, (one) => one.cost)))
      expect(total(clusters, choice.picks, (one) => one.quality)).toBeGreaterThanOrEqual(quality)
      const more = total(clusters, choice.picks, (one) => one.cost) - least
      expect(more).toBeLessThan(0.12)
      over += more
      counted++
    }
    expect(counted).toBeGreaterThan(40)
    expect(over / counted).toBeLessThan(0.02)
  })

  it('keeps several bounds at once where that can be', () => {
    let met = 0
    for (let seed = 1; seed <= 40; seed++) {
      const clusters = madeClusters(seed)
      const bounds: Bounds = { quality: 0.7, usd: 0.6, joules: 7, slow: 0.12 }
      const { choice } = choose(clusters, bounds)
      if (choice.missedBy > 0) continue
      met++
      expect(total(clusters, choice.picks, (one) => one.quality)).toBeGreaterThanOrEqual(0.7)
      expect(total(clusters, choice.picks, (one) => one.slow ?? 1)).toBeLessThanOrEqual(0.12)
      expect(total(clusters, choice.picks, (one) => one.joules ?? 99)).toBeLessThanOrEqual(7)
    }
    expect(met).toBeGreaterThan(15)
  })

  it('misses by the least where nothing meets everything', () => {
    const clusters = madeClusters(3)
    const best = Math.max(
      ...everyChoice(clusters).map((picks) => total(clusters, picks, (one) => one.quality)),
    )
    const { choice } = choose(clusters, { ...free, quality: 1.5 })
    expect(choice.missedBy).toBeCloseTo(1.5 - best, 9)
  })

  it('takes what is unknown for missed, not for met', () => {
    const candidates = [{ quality: 1, cost: 0.1, usd: null, joules: null, slow: null }]
    expect(choose([{ weight: 1, candidates }], { ...free, slow: 0.05 }).choice.missedBy).toBeGreaterThan(0)
    expect(choose([{ weight: 1, candidates }], free).choice.missedBy).toBe(0)
  })
})
