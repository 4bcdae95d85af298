/** The Redis that keeps budgets and caps, out of the environment's text. */
import type { BudgetStore } from './budget/budget-store.ts'
import { redisCapDirectory } from './budget/cap-directory.ts'
import { redisBudgetStore } from './budget/redis-store.ts'
import { wrong } from './env-words.ts'
import type { NearsideOptions, ResponseOptions } from './options/options.ts'

export type EnvironmentStore = {
  readonly store: BudgetStore
  readonly zone: NonNullable<NearsideOptions['budgetsZone']>
  readonly storedCaps?: NonNullable<NearsideOptions['storedCaps']>
  /** Where responses are kept while no Redis is named. */
  readonly responses?: Omit<ResponseOptions, 'keepMs'>
}

type Settings = Readonly<
  Record<'UPSTASH_REDIS_REST_URL' | 'UPSTASH_REDIS_REST_TOKEN' | 'NEARSIDE_REDIS_ZONE', string>
>

/** Null where the environment names none. */
export function readRedis({
  UPSTASH_REDIS_REST_URL: url,
  UPSTASH_REDIS_REST_TOKEN: token,
  NEARSIDE_REDIS_ZONE: zone,
}: Settings): EnvironmentStore | null {
  if (url === '' && token === '') return null
  if (!/^https?:/i.test(url) || !URL.canParse(url)) {
    throw wrong('UPSTASH_REDIS_REST_URL', 'is the https:// address of a Redis over REST')
  }
  if (token === '') throw wrong('UPSTASH_REDIS_REST_TOKEN', 'is needed with UPSTASH_REDIS_REST_URL')
  // Somebody else's ground unless its owner declares otherwise.
  const declared = zone as EnvironmentStore['zone'] | ''
  return {
    store: redisBudgetStore({ url, token }),
    zone: declared || `provider:${new URL(url).host}`,
    storedCaps: { directory: redisCapDirectory({ url, token }) },
  }
}
