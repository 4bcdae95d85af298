/** Where answers are kept for the same request, out of the environment's text. */
import type { CacheStore } from '../cache/cache-store.ts'
import { cloudflareCacheStore } from '../cache/cloudflare-cache-store.ts'
import { exactCache } from '../cache/exact-cache.ts'
import { type KvNamespace, kvCacheStore } from '../cache/kv-cache-store.ts'
import { memoryCacheStore } from '../cache/memory-cache-store.ts'
import { redisCacheStore } from '../cache/redis-cache-store.ts'
import { semanticCache } from '../cache/semantic-cache.ts'
import type { NearsideOptions } from '../options/options.ts'
import { namedRedis, type RedisSettings } from './named-redis.ts'
import { wrong } from './words.ts'

export const cacheStores = ['cloudflare', 'kv', 'redis', 'memory'] as const

type Settings = RedisSettings &
  Readonly<
    Record<'NEARSIDE_CACHE_SECONDS' | 'NEARSIDE_SEAL_SECRET', string> & {
      NEARSIDE_CACHE: '' | (typeof cacheStores)[number]
      NEARSIDE_CACHE_ALIKE: '' | 'true' | 'false'
      NEARSIDE_CACHE_WHEN_SAMPLING: '' | 'store' | 'bypass'
    }
  >

const mostSeconds = 30 * 86_400

/** `env` has the bindings as well. */
export function readCache(
  settings: Settings,
  env: Readonly<Record<string, unknown>>,
): Pick<NearsideOptions, 'cache' | 'semantic'> {
  const { NEARSIDE_CACHE: kind, NEARSIDE_CACHE_SECONDS: seconds, NEARSIDE_SEAL_SECRET: secret } = settings
  if (kind === '') return {}
  if (secret.length < 32)
    throw wrong(
      'NEARSIDE_CACHE',
      'needs NEARSIDE_SEAL_SECRET, of 32 characters: answers are kept sealed or not at all',
    )
  if (seconds !== '' && (!/^[1-9]\d*$/.test(seconds) || Number(seconds) > mostSeconds))
    throw wrong('NEARSIDE_CACHE_SECONDS', `is whole seconds from 1 to ${mostSeconds}`)
  const common = {
    store: storeOf(kind, settings, env),
    secret,
    ...(seconds === '' ? {} : { keepMs: Number(seconds) * 1_000 }),
    whenSampling: settings.NEARSIDE_CACHE_WHEN_SAMPLING || 'bypass',
  } as const
  return {
    cache: exactCache(common),
    ...(settings.NEARSIDE_CACHE_ALIKE === 'true' ? { semantic: semanticCache(common) } : {}),
  }
}

function storeOf(
  kind: (typeof cacheStores)[number],
  settings: Settings,
  { ANSWER_CACHE: namespace }: Readonly<Record<string, unknown>>,
): CacheStore {
  switch (kind) {
    case 'cloudflare':
      return cloudflareCacheStore()
    case 'memory':
      return memoryCacheStore()
    case 'kv':
      if (typeof namespace === 'object' && namespace !== null) return kvCacheStore(namespace as KvNamespace)
      throw wrong('NEARSIDE_CACHE', 'is kv, and needs a KV namespace bound as ANSWER_CACHE')
    case 'redis': {
      const redis = namedRedis(settings)
      if (redis === null) throw wrong('NEARSIDE_CACHE', 'is redis, and needs UPSTASH_REDIS_REST_URL')
      return redisCacheStore(redis.address, redis.zone)
    }
  }
}
