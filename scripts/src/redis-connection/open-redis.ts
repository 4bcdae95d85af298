/** Opens the store that the environment names. Nothing is sent yet: whether it answers, the first question tells. */
import { linkOverRest } from './over-rest.ts'
import { linkOverSocket } from './over-socket.ts'
import { readRedisAddress } from './read-redis-address.ts'
import type { RedisLink } from './redis-link.ts'

export type RedisLimits = {
  /** The longest one question may take. @default 5000 */
  readonly timeoutMs: number
}

const defaultLimits: RedisLimits = { timeoutMs: 5_000 }

export function openRedis(
  env: Readonly<Record<string, string | undefined>>,
  given: Partial<RedisLimits> = {},
): RedisLink {
  const { timeoutMs } = { ...defaultLimits, ...given }
  const address = readRedisAddress(env)
  return address.kind === 'rest'
    ? linkOverRest(address, timeoutMs)
    : linkOverSocket(address, { timeoutMs, mostWaiting: mostAtOnce })
}

/** A command asks a few things at once; what asks more has lost count. */
const mostAtOnce = 256
