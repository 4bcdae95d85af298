/** What keeps answers for repeats, out of the environment's text: in the Redis that is named, sealed with the secret. */

import type { NearsideOptions } from '../options/options.ts'
import { redisReplayStore } from '../replay/redis-replay-store.ts'
import { type RedisSettings, redisNamed } from './redis-named.ts'
import { type SealSettings, sealedWith } from './sealed-with.ts'
import { wrong } from './words.ts'

type Settings = RedisSettings & SealSettings & Readonly<Record<'NEARSIDE_CACHE', string>>

export function readIdempotency(settings: Settings): Pick<NearsideOptions, 'idempotency'> {
  const { NEARSIDE_SEAL_SECRET: secret, UPSTASH_REDIS_REST_URL: url } = settings
  if (secret === '') return {}
  // The answers of a cache are sealed with it too, and may be kept elsewhere.
  if (url === '' && settings.NEARSIDE_CACHE !== '') return {}
  if (url === '')
    throw wrong('NEARSIDE_SEAL_SECRET', 'needs UPSTASH_REDIS_REST_URL, where answers are kept for repeats')
  const sealing = sealedWith(settings)
  const { address, zone } = redisNamed(settings)
  return { idempotency: { store: redisReplayStore(address), ...sealing, zone } }
}
