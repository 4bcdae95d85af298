/** What keeps answers for repeats, out of the environment's text: in the Redis that is named, sealed with the secret. */

import type { NearsideOptions } from '../options/options.ts'
import { redisReplayStore } from '../replay/redis-replay-store.ts'
import { storeMsOf } from './store-ms.ts'
import { wrong } from './words.ts'

type Settings = Readonly<
  Record<
    | 'NEARSIDE_SEAL_SECRET'
    | 'NEARSIDE_CACHE'
    | 'NEARSIDE_REDIS_ZONE'
    | 'UPSTASH_REDIS_REST_URL'
    | 'UPSTASH_REDIS_REST_TOKEN'
    | 'NEARSIDE_STORE_MS',
    string
  >
>

export function readIdempotency(settings: Settings): Pick<NearsideOptions, 'idempotency'> {
  const { NEARSIDE_SEAL_SECRET: secret, NEARSIDE_REDIS_ZONE: zone, UPSTASH_REDIS_REST_URL: url } = settings
  if (secret === '') return {}
  // The answers of a cache are sealed with it too, and may be kept elsewhere.
  if (url === '' && settings.NEARSIDE_CACHE !== '') return {}
  if (url === '')
    throw wrong('NEARSIDE_SEAL_SECRET', 'needs UPSTASH_REDIS_REST_URL, where answers are kept for repeats')
  if (secret.length < 32)
    throw wrong('NEARSIDE_SEAL_SECRET', 'has at least 32 characters, such as 64 hexadecimal digits at random')
  const declared = zone as NonNullable<NearsideOptions['budgetsZone']> | ''
  return {
    idempotency: {
      store: redisReplayStore({
        url,
        token: settings.UPSTASH_REDIS_REST_TOKEN,
        timeoutMs: storeMsOf(settings),
      }),
      secret,
      zone: declared || `provider:${new URL(url).host}`,
    },
  }
}
