/** What keeps answers for repeats, out of the environment's text: in the Redis that is named, sealed with the secret. */

import type { NearsideOptions } from '../options/options.ts'
import { redisReplayStore } from '../replay/redis-replay-store.ts'
import { namedRedis, type RedisSettings } from './named-redis.ts'
import { type SealSettings, sealedWith } from './sealed-with.ts'
import { wrong } from './words.ts'

type Settings = RedisSettings & SealSettings & Readonly<Record<'NEARSIDE_CACHE', string>>

export function readIdempotency(settings: Settings): Pick<NearsideOptions, 'idempotency'> {
  if (settings.NEARSIDE_SEAL_SECRET === '') return {}
  const redis = namedRedis(settings)
  // The answers of a cache are sealed with it too, and may be kept elsewhere.
  if (redis === null && settings.NEARSIDE_CACHE !== '') return {}
  if (redis === null)
    throw wrong('NEARSIDE_SEAL_SECRET', 'needs UPSTASH_REDIS_REST_URL, where answers are kept for repeats')
  return {
    idempotency: { store: redisReplayStore(redis.address), ...sealedWith(settings), zone: redis.zone },
  }
}
