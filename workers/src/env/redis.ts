/** The Redis that keeps budgets and caps, out of the environment's text. */
import type { BudgetStore } from '../budget/budget-store.ts'
import { redisCapDirectory } from '../budget/cap-directory.ts'
import { redisBudgetStore } from '../budget/redis-store.ts'
import type { NearsideOptions, ResponseOptions } from '../options/options.ts'
import type { SharedVerdictOptions } from '../quality/shared-verdicts.ts'
import { namedRedis, type RedisSettings } from './named-redis.ts'

export type EnvironmentStore = {
  readonly store: BudgetStore
  readonly zone: NonNullable<NearsideOptions['budgetsZone']>
  readonly storedCaps?: NonNullable<NearsideOptions['storedCaps']>
  /** Where responses are kept while no Redis is named. */
  readonly responses?: Omit<ResponseOptions, 'keepMs'>
  /** Where verdicts are kept while no Redis is named. */
  readonly verdicts?: SharedVerdictOptions
}

const behindAnswerMs = 2_000

/** Null where the environment names none. */
export function readRedis(settings: RedisSettings): EnvironmentStore | null {
  const redis = namedRedis(settings)
  if (redis === null) return null
  const { address, zone } = redis
  return {
    // Whoever asks behind an answer has more time.
    store: redisBudgetStore({ ...address, timeoutMs: Math.max(behindAnswerMs, address.timeoutMs) }),
    zone,
    storedCaps: { directory: redisCapDirectory(address) },
  }
}
