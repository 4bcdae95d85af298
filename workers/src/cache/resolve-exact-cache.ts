/** What a cache is told, filled and checked; `known` is less than everything where a cache has no use for the rest. */
import type { Zone } from '@nearside/core'
import { checkSealed, isWithin } from '../options/check-sealed.ts'
import { checkKeys, isObject, wrong } from '../options/checks.ts'
import type { CacheStore } from './cache-store.ts'

export type ExactCacheOptions = {
  readonly store: CacheStore
  /** What answers are sealed with, and requests named by: 32 characters at least. */
  readonly secret: string
  /** Where the store keeps them. @default what the store says of itself */
  readonly zone?: Zone
  /** How long an answer is kept. @default 3600000, an hour */
  readonly keepMs?: number
  /** A request that names a temperature above zero without a seed, or wants several answers: carried out each time, or kept like any other. @default 'bypass' */
  readonly whenSampling?: 'store' | 'bypass'
  /** Whether answers to requests marked sensitive are kept outside the premises. @default 'bypass' */
  readonly sensitive?: 'store' | 'bypass'
  /** How long a lookup may take; a slower one is a miss. @default 200 */
  readonly lookupMs?: number
  /** Within so long a purge holds in other isolates. @default 10000 */
  readonly recheckMs?: number
  /** The longest answer that is kept, in characters of JSON. @default 262144 */
  readonly answerLimitChars?: number
  /** The longest request that is looked up, in characters of JSON. @default 262144 */
  readonly promptLimitChars?: number
  /** How many requests of one isolate may wait for one that asks the same. @default 100 */
  readonly mostWaiting?: number
  /** How long they wait before each asks by itself. @default 30000 */
  readonly waitMs?: number
}

export type ExactCache = Required<ExactCacheOptions>

const longestKeepMs = 30 * 86_400_000
const mostChars = 1_000_000

export function resolveExactCache(
  given: ExactCacheOptions,
  path: string,
  known: Partial<Readonly<Record<keyof ExactCacheOptions, true>>> = fields,
): ExactCache {
  if (!isObject(given)) throw wrong(path, 'is an object with a store and a secret')
  checkKeys(given, known, path)
  checkSealed(given, path, fields, ['load', 'save'])
  const settings: ExactCache = { ...defaults, zone: given.store.zone, ...given }
  const { keepMs, whenSampling, sensitive, lookupMs, recheckMs, waitMs } = settings
  if (!isWithin(keepMs, 1_000, longestKeepMs))
    throw wrong(`${path}.keepMs`, 'is milliseconds from a second to 30 days')
  for (const [name, word] of Object.entries({ whenSampling, sensitive })) {
    if (word !== 'store' && word !== 'bypass') throw wrong(`${path}.${name}`, 'is store or bypass')
  }
  if (!isWithin(lookupMs, 1, 10_000)) throw wrong(`${path}.lookupMs`, 'is milliseconds from 1 to 10 seconds')
  if (!isWithin(recheckMs, 0, 3_600_000)) throw wrong(`${path}.recheckMs`, 'is milliseconds up to an hour')
  if (!isWithin(waitMs, 0, 300_000)) throw wrong(`${path}.waitMs`, 'is milliseconds up to five minutes')
  for (const name of ['answerLimitChars', 'promptLimitChars'] as const) {
    if (!isWithin(settings[name], 1, mostChars))
      throw wrong(`${path}.${name}`, `is 1 to ${mostChars} characters`)
  }
  if (!isWithin(settings.mostWaiting, 0, 10_000)) throw wrong(`${path}.mostWaiting`, 'is 0 to 10000 requests')
  return settings
}

const defaults = {
  keepMs: 3_600_000,
  whenSampling: 'bypass',
  sensitive: 'bypass',
  lookupMs: 200,
  recheckMs: 10_000,
  answerLimitChars: 262_144,
  promptLimitChars: 262_144,
  mostWaiting: 100,
  waitMs: 30_000,
} as const

const fields: Readonly<Record<keyof ExactCacheOptions, true>> = {
  store: true,
  secret: true,
  zone: true,
  keepMs: true,
  whenSampling: true,
  sensitive: true,
  lookupMs: true,
  recheckMs: true,
  answerLimitChars: true,
  promptLimitChars: true,
  mostWaiting: true,
  waitMs: true,
}
