/**
 * Answers in Redis, shared by every isolate and every process: one string for each, in its tenant's slot, whose end Redis keeps
 * itself.
 */
import type { Zone } from '@nearside/core'
import { openRedisWords, type RedisReplayOptions } from '../replay/redis-words.ts'
import type { CacheStore } from './cache-store.ts'

const flag = '#!lua flags=allow-key-locking\n'

const scripts = {
  save: `${flag}redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'kept'`,
  // An empty word stands for nothing: what is sealed is never empty.
  load: `${flag}return redis.call('GET', KEYS[1]) or ''`,
} as const

/** `zone` says where this Redis is. @default 'provider:cache-store': what is nearer must be declared */
export function redisCacheStore(given: RedisReplayOptions, zone: Zone = 'provider:cache-store'): CacheStore {
  const { run, failed } = openRedisWords(given, 'kept answers')

  async function reply(
    verb: keyof typeof scripts,
    tenant: string,
    name: string,
    args: string[],
  ): Promise<string> {
    const word = await run(scripts[verb], tenant, `c:${name}`, args)
    // A client whose deadline is badly set resolves a hung call to nothing.
    if (typeof word !== 'string') throw failed('The reply says nothing that is known.')
    return word
  }

  return {
    zone,
    load: async (tenant, name) => (await reply('load', tenant, name, [])) || null,
    async save(tenant, name, sealed, keepMs) {
      await reply('save', tenant, name, [sealed, String(keepMs)])
    },
  }
}
