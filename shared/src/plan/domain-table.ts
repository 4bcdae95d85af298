/**
 * What was measured of who answers what well: the file that tells the strategy `domain` how good each plan is expected
 * to be, by cluster of requests.
 *
 *     { "format": "nearside-domain-table", "version": 1, "by": "gain", "bands": [0.1, 0.3],
 *       "plans": ["local", "frontier"],
 *       "clusters": [ { "task": "math", "domain": null, "band": 2, "requests": 412,
 *                       "quality": { "local": 0.41, "frontier": 0.82 } } ] }
 *
 * A cluster is a kind of task, a domain where one is known, and a band of what the judge said (`by`): band 0 lies below the
 * first bound, the last band from the last bound on. Null is any: rows for less and less are what a request falls back
 * to. Qualities run from 0 to 1.
 */
import { checkNumber, checkObject, checkWhole, checkWord, checkWords, shown, wrong } from './check.ts'

export const domainPlans = ['local', 'frontier'] as const
export type DomainPlan = (typeof domainPlans)[number]

export type DomainCluster = {
  readonly task: string | null
  readonly domain: string | null
  readonly band: number | null
  /** How many requests the figures rest on. */
  readonly requests: number
  readonly quality: Readonly<Partial<Record<DomainPlan, number>>>
}

export type DomainTable = {
  readonly format: 'nearside-domain-table'
  readonly version: 1
  /** What it was measured on, for people. */
  readonly measuredOn?: string
  readonly by: 'gain' | 'difficulty'
  /** Bounds between the bands, rising. */
  readonly bands: readonly number[]
  readonly plans: readonly DomainPlan[]
  readonly clusters: readonly DomainCluster[]
}

export type DomainTerms = {
  readonly table: DomainTable
  /** What an answer of full quality is worth over one of none, in dollars: quality is weighed against cost by it. */
  readonly worthUsd: number
  /** The most that a request may be expected to cost, in dollars; null sets no bound. @default null */
  readonly mostUsd?: number | null
  /** How long an answer is expected to be, in tokens, where the caller's limit is not shorter. @default 300 */
  readonly expectedOutputTokens?: number
}

export function resolveDomain(given: unknown, path: string): DomainTerms | null {
  if (given === null) return null
  checkObject(given, path, ['table', 'worthUsd', 'mostUsd', 'expectedOutputTokens'])
  const terms = given as DomainTerms
  checkNumber(terms.worthUsd, `${path}.worthUsd`, 1e-9, 1e6)
  const mostUsd = terms.mostUsd ?? null
  if (mostUsd !== null) checkNumber(mostUsd, `${path}.mostUsd`, 0, 1e6)
  const expectedOutputTokens = terms.expectedOutputTokens ?? 300
  checkWhole(expectedOutputTokens, `${path}.expectedOutputTokens`, 'tokens')
  const table = readDomainTable(terms.table, `${path}.table`)
  return { table, worthUsd: terms.worthUsd, mostUsd, expectedOutputTokens }
}

/** Checks a table and gives it back as it is. */
export function readDomainTable(data: unknown, path = 'table'): DomainTable {
  checkObject(data, path, ['format', 'version', 'measuredOn', 'by', 'bands', 'plans', 'clusters'])
  const table = data as DomainTable
  checkWord(table.format, `${path}.format`, ['nearside-domain-table'])
  if (table.version !== 1) throw wrong(`${path}.version`, `is 1, but was ${shown(table.version)}`)
  if (table.measuredOn !== undefined && typeof table.measuredOn !== 'string') {
    throw wrong(`${path}.measuredOn`, 'is text')
  }
  checkWord(table.by, `${path}.by`, ['gain', 'difficulty'])
  checkBands(table.bands, `${path}.bands`)
  checkWords(table.plans, `${path}.plans`, domainPlans)
  if (table.plans.length === 0) throw wrong(`${path}.plans`, 'has at least one plan')
  checkClusters(table, `${path}.clusters`)
  return table
}

function checkBands(bands: unknown, path: string): void {
  if (!Array.isArray(bands)) throw wrong(path, `is a list of bounds, but was ${shown(bands)}`)
  for (const [i, bound] of bands.entries()) {
    checkNumber(bound, `${path}[${i}]`, -1, 1)
    if (i > 0 && bound <= bands[i - 1]) throw wrong(`${path}[${i}]`, 'is greater than the one before it')
  }
}

function checkClusters({ clusters, bands, plans }: DomainTable, path: string): void {
  if (!Array.isArray(clusters)) throw wrong(path, `is a list of clusters, but was ${shown(clusters)}`)
  const seen = new Set<string>()
  for (const [i, cluster] of clusters.entries()) {
    const at = `${path}[${i}]`
    checkObject(cluster, at, ['task', 'domain', 'band', 'requests', 'quality'])
    const { task, domain, band, requests, quality }: { [part in keyof DomainCluster]?: unknown } = cluster
    for (const [name, value] of Object.entries({ task, domain })) {
      if (value !== null && (typeof value !== 'string' || value === '')) {
        throw wrong(`${at}.${name}`, `is a name, or null for any, but was ${shown(value)}`)
      }
    }
    if (band !== null && !(Number.isInteger(band) && Number(band) >= 0 && Number(band) <= bands.length)) {
      throw wrong(
        `${at}.band`,
        `is a whole number from 0 to ${bands.length}, or null for any, but was ${shown(band)}`,
      )
    }
    checkWhole(requests, `${at}.requests`, 'requests')
    checkObject(quality, `${at}.quality`, plans)
    for (const [plan, value] of Object.entries(quality)) checkNumber(value, `${at}.quality.${plan}`, 0, 1)
    const key = JSON.stringify([task, domain, band])
    if (seen.has(key)) throw wrong(at, `is there twice: ${key}`)
    seen.add(key)
  }
}
