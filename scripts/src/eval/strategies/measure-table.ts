/**
 * The table of the strategy `domain`, measured on recorded outcomes: the mean quality of either model in each cluster that
 * has enough requests, with the more general clusters beside it.
 */
import type { DomainCluster, DomainTable } from '@nearside/core'
import { quantile } from '../../measure/routing.ts'
import type { Replayed } from './out-of-fold.ts'

export type MeasureOptions = {
  readonly measuredOn: string
  /** Whether clusters know the row's own domain, as a host does that tells its traffic apart. */
  readonly domains: boolean
}

const bandCount = 5
const fewestRequests = 20

export function measureTable(
  rows: readonly Replayed[],
  { measuredOn, domains }: MeasureOptions,
): DomainTable {
  const gains = Float64Array.from(rows.flatMap(({ gain }) => (gain === null ? [] : [gain]))).sort()
  const bands = [...new Set(boundsOf(gains))]
  const sums = new Map<string, { requests: number; local: number; frontier: number }>()
  for (const row of rows) {
    const band = row.gain === null ? null : bands.filter((bound) => row.gain! >= bound).length
    for (const key of keysOf(row, band, domains)) {
      const sum = sums.get(key) ?? { requests: 0, local: 0, frontier: 0 }
      sum.requests++
      sum.local += row.smallScore
      sum.frontier += row.largeScore
      sums.set(key, sum)
    }
  }
  const clusters = [...sums]
    .filter(([, { requests }]) => requests >= fewestRequests)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { requests, local, frontier }]): DomainCluster => {
      const [task, domain, band] = JSON.parse(key) as [string | null, string | null, number | null]
      return {
        task,
        domain,
        band,
        requests,
        quality: { local: rounded(local / requests), frontier: rounded(frontier / requests) },
      }
    })
  return {
    format: 'nearside-domain-table',
    version: 1,
    measuredOn,
    by: 'gain',
    bands,
    plans: ['local', 'frontier'],
    clusters,
  }
}

function boundsOf(sorted: Float64Array): readonly number[] {
  return Array.from({ length: bandCount - 1 }, (_, i) => rounded(quantile(sorted, (i + 1) / bandCount)))
}

/** A row counts in each cluster that it belongs to, once. */
function keysOf({ task, domain }: Replayed, band: number | null, domains: boolean): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const ofTask of new Set([task, null])) {
    for (const ofDomain of domains ? [domain, null] : [null]) {
      for (const ofBand of new Set([band, null])) keys.add(JSON.stringify([ofTask, ofDomain, ofBand]))
    }
  }
  return keys
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4
}
