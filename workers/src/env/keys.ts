/** The keys that `nearside keys` makes, out of the environment's text: they are kept where the budgets are, in Redis. */

import { redisKeyDirectory } from '../keys/redis-key-directory.ts'
import type { ManagedKeyOptions } from '../options/options.ts'
import { namedRedis, type RedisSettings } from './named-redis.ts'
import { wrong } from './words.ts'

type Settings = RedisSettings &
  Readonly<
    Record<'NEARSIDE_KEY_SECRET' | 'NEARSIDE_KEY_SECRET_PREVIOUS' | 'NEARSIDE_KEY_RECHECK_SECONDS', string>
  >

/** Null where no secret is set. */
export function readManagedKeys(
  settings: Settings,
  account: NonNullable<ManagedKeyOptions['account']>,
): ManagedKeyOptions | null {
  const { NEARSIDE_KEY_SECRET: secret, NEARSIDE_KEY_SECRET_PREVIOUS: previousSecret } = settings
  const { NEARSIDE_KEY_RECHECK_SECONDS: seconds } = settings
  if (secret === '') return null
  const redis = namedRedis(settings)
  if (redis === null)
    throw wrong('NEARSIDE_KEY_SECRET', 'needs UPSTASH_REDIS_REST_URL, where the records of its keys are')
  if (seconds !== '' && !/^\d{1,5}$/.test(seconds)) {
    throw wrong('NEARSIDE_KEY_RECHECK_SECONDS', 'is whole seconds: so long may a revoked key still be served')
  }
  return {
    secret,
    ...(previousSecret === '' ? {} : { previousSecret }),
    ...(seconds === '' ? {} : { recheckMs: Number(seconds) * 1_000 }),
    directory: redisKeyDirectory(redis.address),
    account,
  }
}
