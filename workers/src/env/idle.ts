/** Variables that only say something of another, which is not set: whoever set one believes that it holds. */
import { limitNames } from './limits.ts'
import type { Settings } from './settings.ts'
import { idleUpstreams } from './upstreams.ts'
import { wrong } from './words.ts'

/** What makes a store necessary, and a request one that it may refuse. */
export const storeUsers: readonly (keyof Settings)[] = [
  'NEARSIDE_BUDGET_DAY_USD',
  'NEARSIDE_BUDGET_MONTH_USD',
  'NEARSIDE_KEY_SECRET',
  'NEARSIDE_JUDGE_DAY_USD',
  ...limitNames,
]

const idleWithout: readonly (readonly [name: keyof Settings, needs: readonly (keyof Settings)[]])[] = [
  ...idleUpstreams,
  ['NEARSIDE_ON_STORE_ERROR', [...storeUsers, 'UPSTASH_REDIS_REST_URL']],
  ['NEARSIDE_CACHE_SECONDS', ['NEARSIDE_CACHE']],
  ['NEARSIDE_CACHE_ALIKE', ['NEARSIDE_CACHE']],
  ['NEARSIDE_CACHE_WHEN_SAMPLING', ['NEARSIDE_CACHE']],
  ['NEARSIDE_REDIS_ZONE', ['UPSTASH_REDIS_REST_URL']],
  ['NEARSIDE_STORE_MS', [...storeUsers, 'UPSTASH_REDIS_REST_URL']],
  ['NEARSIDE_WHEN_SPENT', storeUsers],
  ['NEARSIDE_KEY_SECRET_PREVIOUS', ['NEARSIDE_KEY_SECRET']],
  ['NEARSIDE_SEAL_SECRET_PREVIOUS', ['NEARSIDE_SEAL_SECRET']],
  ['NEARSIDE_SESSION_SECRET_PREVIOUS', ['NEARSIDE_SESSION_SECRET']],
  ['NEARSIDE_KEY_RECHECK_SECONDS', ['NEARSIDE_KEY_SECRET']],
  ['NEARSIDE_CLAMP_OUTPUT', [...storeUsers, 'NEARSIDE_ON_STORE_ERROR']],
  ['NEARSIDE_ALERT_URL', [...storeUsers, 'NEARSIDE_ON_STORE_ERROR']],
  ['NEARSIDE_ALERT_SECRET', ['NEARSIDE_ALERT_URL']],
  ['NEARSIDE_OTLP_HEADERS', ['NEARSIDE_OTLP_URL']],
  ['NEARSIDE_OTLP_ZONE', ['NEARSIDE_OTLP_URL']],
  ['NEARSIDE_OTLP_SERVICE', ['NEARSIDE_OTLP_URL']],
  ['NEARSIDE_JUDGE_MODEL', ['NEARSIDE_JUDGE_SHARE']],
  ['NEARSIDE_JUDGE_DAY_USD', ['NEARSIDE_JUDGE_SHARE']],
  ['NEARSIDE_JUDGE_LEVEL', ['NEARSIDE_JUDGE_SHARE']],
  ['NEARSIDE_JUDGE_MOVES', ['NEARSIDE_JUDGE_SHARE']],
]

export function refuseIdle(settings: Settings): void {
  for (const [name, needs] of idleWithout) {
    if (settings[name] === '' || needs.some((other) => settings[other] !== '')) continue
    throw wrong(name, `says nothing without ${needs.join(' or ')}`)
  }
}
