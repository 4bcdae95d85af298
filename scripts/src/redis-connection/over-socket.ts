/** A plain Redis, by the connection that the bridge has to it; what it answers is text, as over REST. */
import { type ConnectionLimits, RedisConnection } from '../redis-bridge/connection.ts'
import { Refusal, type Reply, type Status } from '../redis-bridge/resp.ts'
import type { RedisAddress } from './read-redis-address.ts'
import { linkOf, type RedisLink, RedisRefusal, type RedisValue, unreachable } from './redis-link.ts'

export function linkOverSocket(
  { place, target }: Extract<RedisAddress, { kind: 'socket' }>,
  limits: ConnectionLimits,
): RedisLink {
  const connection = new RedisConnection(target, limits)

  async function ask(command: readonly string[]): Promise<RedisValue> {
    const [reply = null] = await connection.ask([command]).catch((cause: unknown) => {
      throw unreachable(place, whyOf(cause), cause)
    })
    if (reply instanceof Refusal) {
      if (/^(?:NOAUTH|WRONGPASS|NOPERM)\b/.test(reply.text))
        throw unreachable(place, 'asks for another password')
      throw new RedisRefusal(reply.text)
    }
    return readValue(reply)
  }

  return linkOf(place, false, ask, () => connection.close())
}

/** What the connection says of itself is for people; what the socket says is only a code. */
function whyOf(cause: unknown): string {
  const message = cause instanceof Error && !('code' in cause) ? cause.message : ''
  if (message === 'Redis did not answer in time.') return 'did not answer in time'
  if (message === 'Redis refused the password or the database.') return 'refused the password or the database'
  return 'cannot be reached'
}

function readValue(reply: Reply): RedisValue {
  if (reply === null || typeof reply === 'number') return reply
  if (Array.isArray(reply)) return reply.map(readValue)
  return Buffer.isBuffer(reply) ? reply.toString('utf8') : (reply as Status | Refusal).text
}
