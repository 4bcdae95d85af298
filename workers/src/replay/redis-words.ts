/**
 * One script in a tenant's slot, as the stores of answers, responses, sessions and verdicts ask for it. Errors of the client carry
 * the whole command, so of any of them only that the store failed is passed on.
 */
import { checkTenant, NearsideError } from '@nearside/core'
import { type RedisScripts, upstashScripts } from '../budget/redis-scripts.ts'

export type RedisReplayOptions =
  | {
      /** The REST address and token, as Upstash or `nearside redis-bridge` gives them. */
      readonly url: string
      readonly token: string
      /** The longest one round trip may take. @default 2000 */
      readonly timeoutMs?: number
    }
  | {
      /** A client of the host's own instead. It must repeat nothing and have a deadline. */
      readonly client: Pick<RedisScripts, 'eval'>
    }

export type RedisWords = {
  /** The reply of a script whose keys are these in the tenant's slot. */
  run(script: string, tenant: string, key: string | readonly string[], args: string[]): Promise<unknown>
  failed(why: string): NearsideError
}

/** `kept` is what the store holds, for its errors. */
export function openRedisWords(given: RedisReplayOptions, kept: string): RedisWords {
  const redis: Pick<RedisScripts, 'eval'> =
    'client' in given ? given.client : upstashScripts(given.url, given.token, given.timeoutMs ?? 2_000)
  const failed = (why: string): NearsideError =>
    new NearsideError('store-failed', `The store of ${kept} did not answer as it should.`, {
      cause: new Error(why),
    })
  return {
    failed,
    async run(script, tenant, key, args) {
      checkTenant(tenant)
      try {
        const keys = [key].flat().map((each) => `{${tenant}}:${each}`)
        return await redis.eval(script, keys, args)
      } catch (error) {
        throw failed(error instanceof Error ? error.name : 'unknown')
      }
    },
  }
}
