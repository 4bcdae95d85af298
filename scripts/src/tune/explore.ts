/**
 * Finds good arms without trying every arm on every item: successive halving (Karnin et al. 2013, Jamieson and Talwalkar 2016).
 *
 * The budget of runs is dealt to rounds in equal parts. In each round every arm that is left is run on the same further items,
 * so that arms differ by what they are and not by the items that they met; then the worse half is dropped. Where there
 * are several scores of what a run found (quality alone, quality less its price), the half that stays is drawn by turns:
 * the best by the first, the best by the second, and so on, so that each score keeps its leaders.
 *
 * It does nothing itself: a run is the caller's, chance is an argument, and equal arguments take the same way through the arms.
 * A caller that remembers its runs therefore goes on where it broke off.
 */
import { bootstrapInterval, type Interval } from '../measure/bootstrap.ts'
import { seededRandom, shuffled } from '../train/random.ts'

export type ExploreOptions<Found> = {
  /** How many items there are; a run is of one arm on one of them. */
  readonly items: number
  /** The most runs of all arms together. @default a third of every arm on every item */
  readonly budgetRuns?: number
  /** What a run is worth, the more the better: one leader is found for each of these. */
  readonly scores: readonly ((found: Found) => number)[]
  /**
   * The places of the arms that are left in several orders, best first, of which the half that stays is drawn by turns. An
   * arm that stands in none is dropped, however much room there is. @default by the mean of each score
   */
  readonly orders?: (left: readonly Standing<Found>[]) => readonly (readonly number[])[]
  /** So many arms stay at least. @default one for each score, so that a leader is not dropped for want of room */
  readonly least?: number
  /** Orders the items and draws the intervals. @default 1 */
  readonly seed?: number
  /** How many runs are under way at a time. @default 1 */
  readonly atOnce?: number
  readonly onRun?: (done: number, most: number) => void
}

/** One arm on one item; null ends the exploration, and what was found so far stays. */
export type Run<Arm, Found> = (arm: Arm, item: number) => Promise<Found | null> | Found | null

/** An arm between two rounds: what its runs found, in the order of the items that all have met. */
export type Standing<Found> = { readonly place: number; readonly found: readonly Found[] }

export type ExploredArm<Arm, Found> = {
  readonly arm: Arm
  readonly found: ReadonlyMap<number, Found>
  /** By score: the mean, and the middle 95 % of means over items drawn again. */
  readonly means: readonly { readonly mean: number; readonly interval: Interval }[]
  /** How many rounds it was in; all of them where it was never dropped. */
  readonly rounds: number
}

export type Exploration<Arm, Found> = {
  readonly arms: readonly ExploredArm<Arm, Found>[]
  /** The place of the best arm, by score, among those that were never dropped; null where nothing was run. */
  readonly best: readonly (number | null)[]
  readonly rounds: number
  readonly runs: number
  readonly exhaustiveRuns: number
  /** Whether a run ended it before its time. */
  readonly stopped: boolean
}

export async function explore<Arm, Found>(
  arms: readonly Arm[],
  run: Run<Arm, Found>,
  options: ExploreOptions<Found>,
): Promise<Exploration<Arm, Found>> {
  const { items, scores, least = scores.length, seed = 1, atOnce = 1, onRun = () => {} } = options
  const { orders = byScores(scores) } = options
  const exhaustiveRuns = arms.length * items
  const budget = Math.min(exhaustiveRuns, options.budgetRuns ?? Math.floor(exhaustiveRuns / 3))
  const order = shuffled(items, seededRandom(seed))
  const found = arms.map(() => new Map<number, Found>())
  const lived = arms.map(() => 0)
  const rounds = Math.max(1, Math.ceil(Math.log2(Math.max(1, arms.length))))
  let left = arms.map((_, place) => place)
  let runs = 0
  let seen = 0
  let stopped = false
  for (let round = 0; round < rounds && !stopped; round++) {
    // What an earlier round could not deal out evenly is this one's.
    const share = Math.floor((budget - runs) / (rounds - round))
    const until = Math.min(items, seen + Math.floor(share / left.length))
    const due = [...order.subarray(seen, until)].flatMap((item) => left.map((place) => ({ place, item })))
    const pending = due[Symbol.iterator]()
    const worker = async (): Promise<void> => {
      for (const { place, item } of pending) {
        // A fault of one ends the others, which would else go on behind the caller's back.
        const one = stopped ? null : await attempt(() => run(arms[place]!, item))
        if (one === null) stopped = true
        if (one === null) return
        found[place]!.set(item, one)
        onRun(++runs, budget)
      }
    }
    const attempt = async (make: () => ReturnType<typeof run>): Promise<Found | null> => {
      try {
        return await make()
      } catch (fault) {
        stopped = true
        throw fault
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    seen = until
    for (const place of left) lived[place]!++
    if (!stopped && seen > 0 && round < rounds - 1) {
      const standings = left.map((place) => ({
        place,
        found: [...order.subarray(0, seen)].map((item) => found[place]!.get(item)!),
      }))
      left = betterHalf(left, orders(standings), least)
    }
  }
  const random = seededRandom(seed)
  const explored = arms.map(
    (arm, place): ExploredArm<Arm, Found> => ({
      arm,
      found: found[place]!,
      rounds: lived[place]!,
      means: scores.map((score) => {
        const values = [...found[place]!.values()].map(score)
        return { mean: meanOf(values), interval: intervalOf(values, random) }
      }),
    }),
  )
  const best = scores.map((_, at) => bestOf(left, (place) => explored[place]!.means[at]!.mean))
  return { arms: explored, best, rounds, runs, exhaustiveRuns, stopped }
}

function byScores<Found>(
  scores: ExploreOptions<Found>['scores'],
): NonNullable<ExploreOptions<Found>['orders']> {
  return (left) =>
    scores.map((score) => {
      const mean = new Map(left.map(({ place, found }) => [place, meanOf(found.map(score))]))
      return left.map(({ place }) => place).toSorted((a, b) => mean.get(b)! - mean.get(a)!)
    })
}

function betterHalf(
  left: readonly number[],
  orders: readonly (readonly number[])[],
  least: number,
): number[] {
  const standing = new Set(orders.flat())
  const keep = Math.min(standing.size, Math.max(least, Math.ceil(left.length / 2)))
  const kept = new Set<number>()
  for (let rank = 0; kept.size < keep; rank++) {
    for (const order of orders) if (kept.size < keep && rank < order.length) kept.add(order[rank]!)
  }
  return left.filter((place) => kept.has(place))
}

function bestOf(places: readonly number[], figureOf: (place: number) => number): number | null {
  let leader: number | null = null
  for (const place of places) {
    const value = figureOf(place)
    if (!Number.isNaN(value) && (leader === null || value > figureOf(leader))) leader = place
  }
  return leader
}

function intervalOf(values: readonly number[], random: () => number): Interval {
  if (values.length === 0) return [Number.NaN, Number.NaN]
  const mean = (rows: Int32Array): number => {
    let sum = 0
    for (const row of rows) sum += values[row]!
    return sum / rows.length
  }
  return bootstrapInterval(values.length, mean, random)
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
