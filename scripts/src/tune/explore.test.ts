import { describe, expect, it } from 'vitest'
import { bootstrapInterval } from '../measure/bootstrap.ts'
import { seededRandom } from '../train/random.ts'
import { explore } from './explore.ts'

/** Arms of a stated chance of success on items of which some are hard for every arm. */
function madeArms(seed: number, count: number, items: number) {
  const random = seededRandom(seed)
  const hard = Array.from({ length: items }, () => 0.4 * random())
  const arms = Array.from({ length: count }, (_, place) => ({ place, skill: 0.35 + 0.6 * random() }))
  const table = arms.map(({ skill }) => hard.map((less) => (random() < skill - less ? 1 : 0)))
  return { arms, table, run: (arm: { place: number }, item: number) => table[arm.place]![item]! }
}

const itself = [(found: number) => found]
const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length

describe('exploring synthetic arms', () => {
  it('picks the arm that the exhaustive table shows best within its interval, at a third of the runs', async () => {
    let right = 0
    let chance = 0
    for (let seed = 1; seed <= 120; seed++) {
      const items = 40 + (seed % 5) * 30
      const { arms, table, run } = madeArms(seed, 3 + (seed % 14), items)
      const { best, runs, exhaustiveRuns } = await explore(arms, run, { items, scores: itself, seed })
      expect(runs).toBeLessThanOrEqual(exhaustiveRuns / 3)
      const means = table.map(mean)
      const top = means.indexOf(Math.max(...means))
      const resampled = (rows: Int32Array): number => mean([...rows].map((row) => table[top]![row]!))
      const [low] = bootstrapInterval(items, resampled, seededRandom(seed))
      if (means[best[0]!]! >= low) right++
      if (means[seed % arms.length]! >= low) chance++
    }
    expect(right).toBeGreaterThanOrEqual(114)
    // The bar means something: an arm by lot does not reach it.
    expect(chance).toBeLessThan(60)
  })

  it('always finds an arm that stands clear of the others', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const count = 4 + (seed % 12)
      const best = seed % count
      const random = seededRandom(seed)
      const arms = Array.from({ length: count }, (_, place) => place)
      const run = (arm: number): number => (arm === best ? 0.8 : 0.3) + 0.2 * random()
      const found = await explore(arms, run, { items: 30, scores: itself, seed })
      expect(found.best[0]).toBe(best)
    }
  })

  it('runs every arm of a round on the same items, and the last ones on the most', async () => {
    const { arms, run } = madeArms(5, 8, 60)
    const found = await explore(arms, run, { items: 60, scores: itself })
    const first = [...found.arms.values()].map((arm) => [...arm.found.keys()])
    const least = Math.min(...first.map((items) => items.length))
    for (const items of first) expect(items.slice(0, least)).toEqual(first[0]!.slice(0, least))
    const counts = found.arms.map((arm) => arm.found.size)
    expect(counts[found.best[0]!]).toBe(Math.max(...counts))
    expect(Math.max(...counts)).toBeGreaterThan(3 * least)
  })

  it('keeps a leader for each score', async () => {
    const arms = Array.from({ length: 16 }, (_, place) => place / 16)
    const run = (arm: number) => ({ quality: arm, usd: arm ** 2 })
    const scores = [
      ({ quality }: { quality: number }) => quality,
      ({ quality, usd }: { quality: number; usd: number }) => quality - usd,
      ({ usd }: { usd: number }) => -usd,
    ]
    const { best } = await explore(arms, run, { items: 50, scores })
    expect(best.map((place) => arms[place!])).toEqual([15 / 16, 0.5, 0])
  })
})

describe('the limits of an exploration', () => {
  it('takes the same way twice, so that remembered runs are not made again', async () => {
    const { arms, run } = madeArms(9, 7, 50)
    const asked: string[] = []
    const watched = (arm: (typeof arms)[number], item: number): number => {
      asked.push(`${arm.place} ${item}`)
      return run(arm, item)
    }
    const once = await explore(arms, watched, { items: 50, scores: itself, seed: 4 })
    const before = asked.splice(0)
    expect(await explore(arms, watched, { items: 50, scores: itself, seed: 4 })).toEqual(once)
    expect(asked).toEqual(before)
    expect(new Set(before).size).toBe(before.length)
  })

  it('finds the same with several runs at once', async () => {
    const { arms, run } = madeArms(9, 7, 50)
    const late = async (arm: (typeof arms)[number], item: number): Promise<number> => {
      await Promise.resolve()
      return run(arm, item)
    }
    const one = await explore(arms, run, { items: 50, scores: itself })
    const four = await explore(arms, late, { items: 50, scores: itself, atOnce: 4 })
    expect([four.best, four.runs]).toEqual([one.best, one.runs])
  })

  it('keeps what was found when a run ends it', async () => {
    let runs = 0
    const run = (arm: number): number | null => (++runs > 25 ? null : arm)
    const found = await explore([0.1, 0.5, 0.9], run, { items: 30, scores: itself })
    expect([found.stopped, found.runs]).toEqual([true, 25])
    expect(found.best[0]).toBe(2)
  })

  it.each([
    [0, 10],
    [1, 10],
    [5, 0],
    [9, 1],
  ])('comes to an end with %i arms on %i items', async (count, items) => {
    const arms = Array.from({ length: count }, (_, place) => place)
    const found = await explore(arms, (arm) => arm, { items, scores: itself })
    expect(found.runs).toBeLessThanOrEqual((count * items) / 3)
    expect(found.arms).toHaveLength(count)
  })

  it('goes no further than its budget, however small', async () => {
    for (const budgetRuns of [0, 1, 7, 20, 1_000]) {
      const { runs } = await explore([1, 2, 3, 4, 5], (arm) => arm, { items: 10, scores: itself, budgetRuns })
      expect(runs).toBeLessThanOrEqual(Math.min(50, budgetRuns))
    }
  })
})
