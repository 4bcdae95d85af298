/**
 * Chooses an arm for each cluster so that the objectives are met at the least cost.
 *
 * Every objective is a mean over requests (that of latency too: at most one request in twenty is slower), so a choice is a sum
 * over clusters, and for given prices of cost, energy and slowness each cluster chooses for itself. Prices over a grid give
 * the corners of what can be had; from the cheapest that meets everything, single clusters are then changed while that saves
 * anything. Where nothing meets everything, the choice that misses by least is taken, and said to miss.
 */
export type Candidate = {
  readonly quality: number
  /** In dollars where every cost is known, else the share of strong calls. */
  readonly cost: number
  readonly usd: number | null
  readonly joules: number | null
  /** The share of requests slower than the objective; null where latencies are unknown. */
  readonly slow: number | null
}

export type Cluster = {
  /** Its part of all requests. */
  readonly weight: number
  readonly candidates: readonly Candidate[]
}

/** Null asks for nothing. */
export type Bounds = {
  readonly quality: number | null
  readonly usd: number | null
  readonly joules: number | null
  readonly slow: number | null
}

export type Choice = {
  /** A candidate's place, by cluster. */
  readonly picks: readonly number[]
  /** By how much the bounds are missed, in parts of them; 0 where all are met. */
  readonly missedBy: number
}

export type Choosing = {
  readonly choice: Choice
  /** From the cheapest to the dearest: what could be had instead. */
  readonly corners: readonly Choice[]
}

type Sums = {
  readonly quality: number
  readonly cost: number
  readonly usd: number
  readonly joules: number
  readonly slow: number
}

const prices = [0, ...Array.from({ length: 60 }, (_, i) => 10 ** (-3 + i / 12))]
const coarse = [0, 0.03, 0.1, 0.3, 1, 3, 10]

export function choose(clusters: readonly Cluster[], bounds: Bounds): Choosing {
  // Costs in parts of the dearest, energies in parts of the greatest: one grid of prices then serves all.
  const most = (of: (candidate: Candidate) => number): number =>
    Math.max(1e-12, ...clusters.flatMap(({ candidates }) => candidates.map(of)))
  const mostCost = most(({ cost }) => cost)
  const mostJoules = most(({ joules }) => joules ?? 0)
  const found = new Map<string, Choice>()
  for (const energy of bounds.joules === null ? [0] : coarse) {
    for (const slowness of bounds.slow === null ? [0] : coarse) {
      for (const price of prices) {
        const picks = clusters.map(({ candidates }) =>
          bestOf(candidates, ({ quality, cost, joules, slow }) => {
            const charged = (price + 1e-9) * (cost / mostCost) + energy * ((joules ?? 0) / mostJoules)
            return quality - charged - slowness * (slow ?? 0)
          }),
        )
        found.set(picks.join(), { picks, missedBy: missedBy(sumsOf(clusters, picks), bounds) })
      }
    }
  }
  const costOf = ({ picks }: Choice): number => sumsOf(clusters, picks).cost
  const corners = [...found.values()].sort((a, b) => costOf(a) - costOf(b))
  const least = Math.min(...corners.map((choice) => choice.missedBy))
  const start = corners.find((choice) => choice.missedBy <= least)
  if (start === undefined) return { choice: { picks: [], missedBy: 0 }, corners }
  return { choice: refined(clusters, bounds, start), corners }
}

/** The change of one cluster that saves the most, as long as one saves and nothing is missed by more. */
function refined(clusters: readonly Cluster[], bounds: Bounds, start: Choice): Choice {
  let { picks, missedBy: missed } = start
  for (;;) {
    const now = sumsOf(clusters, picks)
    let better: { picks: readonly number[]; cost: number; missed: number } | null = null
    for (const [at, { candidates }] of clusters.entries()) {
      for (const place of candidates.keys()) {
        const changed = picks.with(at, place)
        const sums = sumsOf(clusters, changed)
        const misses = missedBy(sums, bounds)
        const improves = misses < missed || (misses <= missed && sums.cost < now.cost - 1e-12)
        const beats =
          better === null || misses < better.missed || (misses <= better.missed && sums.cost < better.cost)
        if (improves && beats) better = { picks: changed, cost: sums.cost, missed: misses }
      }
    }
    if (better === null) return { picks, missedBy: missed }
    picks = better.picks
    missed = better.missed
  }
}

function sumsOf(clusters: readonly Cluster[], picks: readonly number[]): Sums {
  const total = (of: (candidate: Candidate) => number | null): number =>
    clusters.reduce((sum, { weight, candidates }, at) => {
      // What is unknown keeps no bound.
      const value = of(candidates[picks[at]!]!) ?? Number.POSITIVE_INFINITY
      return weight === 0 ? sum : sum + weight * value
    }, 0)
  return {
    quality: total(({ quality }) => quality),
    cost: total(({ cost }) => cost),
    usd: total(({ usd }) => usd),
    joules: total(({ joules }) => joules),
    slow: total(({ slow }) => slow),
  }
}

function missedBy(sums: Sums, bounds: Bounds): number {
  const over = (value: number, bound: number | null): number =>
    bound === null || value <= bound ? 0 : (value - bound) / Math.max(bound, 1e-12)
  const short = bounds.quality === null ? 0 : Math.max(0, bounds.quality - sums.quality)
  return short + over(sums.usd, bounds.usd) + over(sums.joules, bounds.joules) + over(sums.slow, bounds.slow)
}

function bestOf(candidates: readonly Candidate[], worth: (candidate: Candidate) => number): number {
  let best = 0
  let most = Number.NEGATIVE_INFINITY
  for (const [place, candidate] of candidates.entries()) {
    const value = worth(candidate)
    if (value <= most) continue
    best = place
    most = value
  }
  return best
}
