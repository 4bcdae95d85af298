/** What keeps responses for the turns after them, out of the environment's text: the Redis that is named, or the host's own memory. */

import type { NearsideOptions, ResponseOptions } from '../options/options.ts'
import { redisResponseStore } from '../replay/redis-response-store.ts'
import { type NamedRedis, namedRedis, type RedisSettings } from './named-redis.ts'
import { type SealSettings, sealedWith } from './sealed-with.ts'
import { wrong } from './words.ts'

type Settings = RedisSettings & SealSettings & Readonly<Record<'NEARSIDE_RESPONSES_DAYS', string>>

const dayMs = 86_400_000

/** `own` is what the host keeps responses in where no Redis is named; null where it has nothing. */
export function readResponses(
  settings: Settings,
  own: Omit<ResponseOptions, 'keepMs'> | null,
): Pick<NearsideOptions, 'responses'> {
  const { NEARSIDE_RESPONSES_DAYS: days } = settings
  if (days === '') return {}
  if (!/^[1-9]\d{0,2}$/.test(days) || Number(days) > 365)
    throw wrong('NEARSIDE_RESPONSES_DAYS', 'is a whole number of days from 1 to 365')
  const keepMs = Number(days) * dayMs
  const redis = namedRedis(settings)
  if (redis !== null) return { responses: { ...inRedis(redis, settings), keepMs } }
  if (own !== null) return { responses: { ...own, keepMs } }
  throw wrong('NEARSIDE_RESPONSES_DAYS', 'needs UPSTASH_REDIS_REST_URL, where responses are kept')
}

function inRedis({ address, zone }: NamedRedis, settings: Settings): Omit<ResponseOptions, 'keepMs'> {
  if (settings.NEARSIDE_SEAL_SECRET === '')
    throw wrong(
      'NEARSIDE_RESPONSES_DAYS',
      'needs NEARSIDE_SEAL_SECRET: responses are kept sealed or not at all',
    )
  return { store: redisResponseStore(address), ...sealedWith(settings), zone }
}
