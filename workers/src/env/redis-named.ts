/** The Redis that the variables name, for each thing that is kept there: its address checked, its zone declared or its host's. */
import { isZone, type Zone } from '@nearside/core'
import { storeMsOf } from './store-ms.ts'
import { isSecret, wrong } from './words.ts'

export type RedisSettings = Readonly<
  Record<
    'UPSTASH_REDIS_REST_URL' | 'UPSTASH_REDIS_REST_TOKEN' | 'NEARSIDE_REDIS_ZONE' | 'NEARSIDE_STORE_MS',
    string
  >
>

export type NamedRedis = {
  readonly address: { readonly url: string; readonly token: string; readonly timeoutMs: number }
  readonly zone: Zone
}

/** Asked only where something is kept there: others use these variables too. */
export function redisNamed(settings: RedisSettings): NamedRedis {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token, NEARSIDE_REDIS_ZONE: zone } = settings
  if (!/^https?:/i.test(url) || !URL.canParse(url))
    throw wrong('UPSTASH_REDIS_REST_URL', 'is the https:// address of a Redis over REST')
  if (token === '') throw wrong('UPSTASH_REDIS_REST_TOKEN', 'is needed with UPSTASH_REDIS_REST_URL')
  if (!isSecret(token)) throw wrong('UPSTASH_REDIS_REST_TOKEN', 'is printable ASCII without spaces')
  // Somebody else's ground unless its owner declares otherwise.
  const declared = zone === '' ? `provider:${new URL(url).host}` : zone
  if (!isZone(declared)) throw wrong('NEARSIDE_REDIS_ZONE', 'is premises, gateway or provider:<name>')
  return { address: { url, token, timeoutMs: storeMsOf(settings) }, zone: declared }
}
