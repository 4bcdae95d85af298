/**
 * Redis over Upstash's REST protocol, for an operator's command: any one command, one request, one deadline.
 *
 * The gateway's client knows each command by a method; here the words go as they are. Redirects are not followed: the
 * token would go along.
 */
import type { RedisAddress } from './read-redis-address.ts'
import { linkOf, type RedisLink, RedisRefusal, type RedisValue, unreachable } from './redis-link.ts'

export function linkOverRest(
  { place, url, token }: Extract<RedisAddress, { kind: 'rest' }>,
  timeoutMs: number,
): RedisLink {
  async function ask(command: readonly string[]): Promise<RedisValue> {
    const { status, body } = await post(command)
    if (status === 401 || status === 403) throw unreachable(place, 'refused the token')
    if (typeof body === 'object' && body !== null) {
      if ('error' in body && typeof body.error === 'string' && status < 500)
        throw new RedisRefusal(body.error)
      if ('result' in body && isRedisValue(body.result)) return body.result
    }
    throw unreachable(place, `answered ${status} and nothing that a Redis over REST says`)
  }

  async function post(
    command: readonly string[],
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(command),
        signal: AbortSignal.timeout(timeoutMs),
      })
      return { status: response.status, body: parsed(await response.text()) }
    } catch (error) {
      const isLate = error instanceof Error && error.name === 'TimeoutError'
      throw unreachable(place, isLate ? `did not answer within ${timeoutMs} ms` : 'cannot be reached', error)
    }
  }

  return linkOf(place, true, ask, () => {})
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isRedisValue(value: unknown): value is RedisValue {
  if (Array.isArray(value)) return value.every(isRedisValue)
  return value === null || typeof value === 'string' || typeof value === 'number'
}
