/**
 * Sessions in Redis, shared by every isolate and every process: one string for each, `revision:sealed`, in its tenant's slot,
 * whose end Redis keeps itself. Whether the revision before is the one that is kept is asked and written in one script.
 */
import { openRedisWords, type RedisReplayOptions } from '../replay/redis-words.ts'
import type { SessionStore } from './session-store.ts'

const flag = '#!lua flags=allow-key-locking\n'

const scripts = {
  // An empty word stands for nothing: what is kept is never empty.
  load: `${flag}return redis.call('GET', KEYS[1]) or ''`,
  save: `${flag}local kept = redis.call('GET', KEYS[1])
local revision = kept and tonumber(string.match(kept, '^(%d+):')) or 0
if revision ~= tonumber(ARGV[1]) - 1 then return 'changed' end
redis.call('SET', KEYS[1], ARGV[1] .. ':' .. ARGV[2], 'PX', ARGV[3])
return 'kept'`,
} as const

export function redisSessionStore(given: RedisReplayOptions): SessionStore {
  const { run, failed } = openRedisWords(given, 'sessions')
  const word = async (script: string, tenant: string, name: string, args: string[]): Promise<string> => {
    const said = await run(script, tenant, `u:${name}`, args)
    // A client whose deadline is badly set resolves a hung call to nothing.
    if (typeof said !== 'string') throw failed('The reply says nothing that is known.')
    return said
  }
  return {
    async load(tenant, name) {
      const said = await word(scripts.load, tenant, name, [])
      if (said === '') return null
      const parts = /^(\d+):(.+)$/s.exec(said)
      if (parts === null) throw failed('What is kept is no session.')
      return { revision: Number(parts[1]), sealed: parts[2]! }
    },
    async save(tenant, name, { revision, sealed }, keepMs) {
      return (await word(scripts.save, tenant, name, [String(revision), sealed, String(keepMs)])) === 'kept'
    },
  }
}
