/** The Redis store as it is deployed: the real client, the bridge, a real Redis; with a clock that the test sets. */
import { defaultBookTerms } from '@nearside/core'
import { type Bridge, startBridge } from '../../scripts/src/redis-bridge/bridge.ts'
import { redisBudgetStore } from '../../workers/src/budget/redis-store.ts'
import { noon } from '../budget/builders.ts'
import type { OpenedStore } from '../budget/opened-store.ts'
import { type RedisServer, type RedisWishes, startRedis } from './start-redis.ts'

export const token = 'a-token-for-tests-alone'

export type BridgedRedis = AsyncDisposable & {
  readonly redis: RedisServer
  readonly bridge: Bridge
  close(): Promise<void>
}

export async function startBridgedRedis(wishes: RedisWishes = {}): Promise<BridgedRedis> {
  const redis = await startRedis(wishes)
  const bridge = await startBridge({ redis: redis.url, token, port: 0 })
  const close = async (): Promise<void> => {
    await bridge.close()
    await redis.close()
  }
  return { redis, bridge, close, [Symbol.asyncDispose]: close }
}

export async function openRedisStore(
  wishes: RedisWishes = {},
): Promise<OpenedStore & { readonly redis: RedisServer }> {
  let now = noon
  const { redis, bridge, close } = await startBridgedRedis(wishes)
  return {
    redis,
    store: redisBudgetStore({
      url: bridge.url,
      token,
      timeoutMs: 60_000,
      now: () => now,
      terms: defaultBookTerms,
    }),
    setClock: async (to) => {
      now = to
    },
    close,
  }
}
