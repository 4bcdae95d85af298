/**
 * The Redis over REST that the environment names: how it is asked, and where it is. Read in one place for all that is kept
 * there, so that what is wrong with it is said of its own variables, whoever needs it first.
 */
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

/** Null where none is named. */
export function namedRedis(settings: RedisSettings): NamedRedis | null {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = settings
  if (url === '' && token === '') return null
  if (!/^https?:/i.test(url) || !URL.canParse(url)) {
    throw wrong('UPSTASH_REDIS_REST_URL', 'is the https:// address of a Redis over REST')
  }
  if (token === '') throw wrong('UPSTASH_REDIS_REST_TOKEN', 'is needed with UPSTASH_REDIS_REST_URL')
  if (!isSecret(token)) throw wrong('UPSTASH_REDIS_REST_TOKEN', 'is printable ASCII without spaces')
  // Somebody else's ground unless its owner declares otherwise.
  const zone = settings.NEARSIDE_REDIS_ZONE || `provider:${new URL(url).host}`
  if (!isZone(zone)) throw wrong('NEARSIDE_REDIS_ZONE', 'is premises, gateway or provider:<name>')
  return { address: { url, token, timeoutMs: storeMsOf(settings) }, zone }
}
