/** The Redis store as it is deployed, with its round trips counted, and a PING by the same way. */
import { type Cap, type Hold, utc } from '@nearside/core'
import type { BudgetStore } from '@nearside/workers'
import { redisBudgetStore, upstashCommands } from '@nearside/workers/redis'

export type RedisLedger = {
  readonly store: BudgetStore
  /** Round trips of the store so far. */
  readonly trips: number
  ping(): Promise<unknown>
}

export function openRedisLedger(url: string, token: string): RedisLedger {
  const send = upstashCommands(url, token, 10_000)
  let trips = 0
  const counted = <T>(call: Promise<T>): Promise<T> => {
    trips += 1
    return call
  }
  return {
    store: redisBudgetStore({
      client: {
        evalsha: (sha, keys, args) => counted(send(['EVALSHA', sha, String(keys.length), ...keys, ...args])),
        eval: (script, keys, args) => counted(send(['EVAL', script, String(keys.length), ...keys, ...args])),
      },
    }),
    get trips() {
      return trips
    },
    ping: () => send(['PING']),
  }
}

const limit = 9_000_000_000_000_000

const cap = (scope: string, window: Cap['window']): Cap => ({
  scope,
  window,
  limit,
  kind: 'hard',
  zone: utc,
  countsExpired: true,
})

/** One cap, and what a firm may have: five scopes with eight windows. */
export const capSets: Readonly<Record<'one' | 'five', readonly Cap[]>> = {
  one: [cap('account', 'day')],
  five: [
    cap('account', 'day'),
    cap('account', 'month'),
    cap('team:a', 'day'),
    cap('team:a', 'month'),
    cap('key:b', 'hour'),
    cap('key:b', 'total'),
    cap('user:c', 'day'),
    cap('model:d', 'day'),
  ],
}

let made = 0

export function newHold(caps: readonly Cap[], tenant = 'bench'): Hold {
  made += 1
  return { id: `0123456789abcdef-${made}.0.0`, tenant, caps, amount: 1_000_000, leaseMs: 600_000 }
}
