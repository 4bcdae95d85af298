/** The Redis that keeps budgets and caps, out of the environment's text. */
import type { BudgetStore } from '../budget/budget-store.ts'
import { redisCapDirectory } from '../budget/cap-directory.ts'
import { redisBudgetStore } from '../budget/redis-store.ts'
import type { NearsideOptions, ResponseOptions } from '../options/options.ts'
import type { SharedVerdictOptions } from '../quality/shared-verdicts.ts'
import { storeMsOf } from './store-ms.ts'
import { wrong } from './words.ts'

export type EnvironmentStore = {
  readonly store: BudgetStore
  readonly zone: NonNullable<NearsideOptions['budgetsZone']>
  readonly storedCaps?: NonNullable<NearsideOptions['storedCaps']>
  /** Where responses are kept while no Redis is named. */
  readonly responses?: Omit<ResponseOptions, 'keepMs'>
  /** Where verdicts are kept while no Redis is named. */
  readonly verdicts?: SharedVerdictOptions
}

type Settings = Readonly<
  Record<
    'UPSTASH_REDIS_REST_URL' | 'UPSTASH_REDIS_REST_TOKEN' | 'NEARSIDE_REDIS_ZONE' | 'NEARSIDE_STORE_MS',
    string
  >
>

const behindAnswerMs = 2_000

/** Null where the environment names none. */
export function readRedis(settings: Settings): EnvironmentStore | null {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token, NEARSIDE_REDIS_ZONE: zone } = settings
  if (url === '' && token === '') return null
  if (!/^https?:/i.test(url) || !URL.canParse(url)) {
    throw wrong('UPSTASH_REDIS_REST_URL', 'is the https:// address of a Redis over REST')
  }
  if (token === '') throw wrong('UPSTASH_REDIS_REST_TOKEN', 'is needed with UPSTASH_REDIS_REST_URL')
  // Somebody else's ground unless its owner declares otherwise.
  const declared = zone as EnvironmentStore['zone'] | ''
  const timeoutMs = storeMsOf(settings)
  return {
    // Whoever asks behind an answer has more time.
    store: redisBudgetStore({ url, token, timeoutMs: Math.max(behindAnswerMs, timeoutMs) }),
    zone: declared || `provider:${new URL(url).host}`,
    storedCaps: { directory: redisCapDirectory({ url, token, timeoutMs }) },
  }
}
