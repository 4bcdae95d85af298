/**
 * The strategy `domain`: of the plans that keep the objectives, the one of the greatest expected utility.
 *
 * Quality comes from the measured table, cost from today's prices, latency from what was lately seen. Utility is what the
 * quality is worth less what it costs, in units of quality; the cheaper plan wins a tie. Where the table knows nothing of
 * a request like this one, or no plan keeps every objective, it says nothing, and the thresholds decide.
 */
import type { DomainCluster, DomainPlan, DomainTable, DomainTerms } from './domain-table.ts'

export type DomainCandidate = {
  readonly plan: DomainPlan
  /** In dollars, as expected; 0 for what is not priced. */
  readonly costUsd: number
  /** Null where nothing was heard yet, which is no reason against it. */
  readonly firstTokenMs: number | null
}

export type DomainObjectives = { readonly qualityFloor: number; readonly latencyMs: number | null }

export type DomainRequest = {
  readonly task: string | null
  readonly domain?: string | null
  readonly difficulty: number | null
  readonly gain: number | null
}

export type DomainChoice = {
  readonly plan: DomainPlan
  readonly quality: number
  /** By how much it is better than the next best that keeps the objectives; 1 where there is no other. */
  readonly margin: number
  /** How many requests the figures rest on. */
  readonly requests: number
}

export function chooseByDomain(
  request: DomainRequest,
  candidates: readonly DomainCandidate[],
  objectives: DomainObjectives,
  { table, worthUsd, mostUsd = null }: DomainTerms,
): DomainChoice | null {
  const cluster = clusterOf(table, request)
  if (cluster === null) return null
  const keeping = candidates
    .flatMap(({ plan, costUsd, firstTokenMs }) => {
      const quality = cluster.quality[plan]
      if (quality === undefined || quality < objectives.qualityFloor) return []
      if (mostUsd !== null && costUsd > mostUsd) return []
      const { latencyMs } = objectives
      if (latencyMs !== null && firstTokenMs !== null && firstTokenMs > latencyMs) return []
      return [{ plan, quality, costUsd, utility: quality - costUsd / worthUsd }]
    })
    .sort((a, b) => b.utility - a.utility || a.costUsd - b.costUsd)
  const [best, next] = keeping
  if (best === undefined) return null
  const margin = next === undefined ? 1 : best.utility - next.utility
  return { plan: best.plan, quality: best.quality, margin, requests: cluster.requests }
}

/** A cluster of fewer is chance; the more general one is asked in its place. */
const fewestRequests = 20

/** The most telling cluster that rests on enough: the band says more than the kind of task, and a domain more than both. */
export function clusterOf(table: DomainTable, request: DomainRequest): DomainCluster | null {
  const band = bandOf(table, request)
  const { task, domain = null } = request
  const ways: readonly (readonly [task: string | null, domain: string | null, band: number | null])[] = [
    [task, domain, band],
    [task, domain, null],
    [task, null, band],
    [null, null, band],
    [task, null, null],
    [null, null, null],
  ]
  for (const way of ways) {
    const found = table.clusters.find(
      (cluster) =>
        cluster.task === way[0] &&
        cluster.domain === way[1] &&
        cluster.band === way[2] &&
        cluster.requests >= fewestRequests,
    )
    if (found !== undefined) return found
  }
  return null
}

/** Null where the judge did not say what the table's bands go by. */
export function bandOf({ by, bands }: DomainTable, { difficulty, gain }: DomainRequest): number | null {
  const value = by === 'gain' ? gain : difficulty
  if (value === null) return null
  let band = 0
  while (band < bands.length && value >= bands[band]!) band++
  return band
}
