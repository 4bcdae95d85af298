/**
 * Responses in Redis, shared by every isolate and every process: one string for each, in its tenant's slot, whose end Redis
 * keeps itself. Errors of the client carry the whole command, so of any of them only that the store failed is passed on.
 */
import { openRedisWords, type RedisReplayOptions } from './redis-words.ts'
import type { ResponseStore } from './response-store.ts'

const flag = '#!lua flags=allow-key-locking\n'

const scripts = {
  save: `${flag}redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'kept'`,
  // An empty word stands for nothing: what is sealed is never empty.
  load: `${flag}return redis.call('GET', KEYS[1]) or ''`,
  remove: `${flag}return redis.call('DEL', KEYS[1])`,
} as const

export function redisResponseStore(given: RedisReplayOptions): ResponseStore {
  const { run, failed } = openRedisWords(given, 'responses')

  async function reply<Kind extends 'string' | 'number'>(
    verb: keyof typeof scripts,
    [tenant, name]: readonly [tenant: string, name: string],
    args: string[],
    kind: Kind,
  ): Promise<Kind extends 'string' ? string : number> {
    const word = await run(scripts[verb], tenant, `r:${name}`, args)
    // A client whose deadline is badly set resolves a hung call to nothing.
    if (typeof word !== kind) throw failed('The reply says nothing that is known.')
    return word as Kind extends 'string' ? string : number
  }

  return {
    async save(tenant, name, sealed, keepMs) {
      await reply('save', [tenant, name], [sealed, String(keepMs)], 'string')
    },
    async load(tenant, name) {
      return (await reply('load', [tenant, name], [], 'string')) || null
    },
    async remove(tenant, name) {
      return (await reply('remove', [tenant, name], [], 'number')) > 0
    },
  }
}
