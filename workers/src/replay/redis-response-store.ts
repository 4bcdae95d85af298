/**
 * Responses in Redis, shared by every isolate and every process: one string for each, in its tenant's slot, whose end Redis
 * keeps itself. Errors of the client carry the whole command, so of any of them only that the store failed is passed on.
 */
import { checkTenant, NearsideError } from '@nearside/core'
import { type RedisScripts, upstashScripts } from '../budget/redis-scripts.ts'
import type { RedisReplayOptions } from './redis-replay-store.ts'
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
  const redis: Pick<RedisScripts, 'eval'> =
    'client' in given ? given.client : upstashScripts(given.url, given.token, given.timeoutMs ?? 2_000)

  async function run<Reply extends 'string' | 'number'>(
    verb: keyof typeof scripts,
    [tenant, name]: readonly [tenant: string, name: string],
    args: string[],
    kind: Reply,
  ): Promise<Reply extends 'string' ? string : number> {
    checkTenant(tenant)
    let reply: unknown
    try {
      reply = await redis.eval(scripts[verb], [`{${tenant}}:r:${name}`], args)
    } catch (error) {
      throw failed(error instanceof Error ? error.name : 'unknown')
    }
    // A client whose deadline is badly set resolves a hung call to nothing.
    if (typeof reply !== kind) throw failed('The reply says nothing that is known.')
    return reply as Reply extends 'string' ? string : number
  }

  return {
    async save(tenant, name, sealed, keepMs) {
      await run('save', [tenant, name], [sealed, String(keepMs)], 'string')
    },
    async load(tenant, name) {
      const sealed = await run('load', [tenant, name], [], 'string')
      return sealed === '' ? null : sealed
    },
    async remove(tenant, name) {
      return (await run('remove', [tenant, name], [], 'number')) > 0
    },
  }
}

function failed(why: string): NearsideError {
  return new NearsideError('store-failed', 'The store of responses did not answer as it should.', {
    cause: new Error(why),
  })
}
