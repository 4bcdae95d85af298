/**
 * How a command reaches Redis over REST, as Upstash and `nearside redis-bridge` speak it: one POST, one answer.
 *
 * The protocol is a list of words and its reply, and a ledger needs of it only what Upstash's own client does not do: a
 * deadline, a single attempt, and no redirect followed with the command or the token. So it is spoken here; a host that has
 * a client of `@upstash/redis` already may hand that one in.
 */
import { NearsideError } from '@nearside/core'

/** What of a Redis client is used; `Redis` of `@upstash/redis` is one. */
export interface RedisScripts {
  evalsha(sha: string, keys: string[], args: string[]): Promise<unknown>
  eval(script: string, keys: string[], args: string[]): Promise<unknown>
}

export function upstashScripts(url: string, token: string, timeoutMs: number): RedisScripts {
  const send = upstashCommands(url, token, timeoutMs)
  return {
    evalsha: (sha, keys, args) => send(['EVALSHA', sha, String(keys.length), ...keys, ...args]),
    eval: (script, keys, args) => send(['EVAL', script, String(keys.length), ...keys, ...args]),
  }
}

/** One command, as words; a string, a number, a list or null comes back. */
export type SendCommand = (command: readonly string[]) => Promise<unknown>

export function upstashCommands(url: string, token: string, timeoutMs: number): SendCommand {
  checkAddress(url, token)
  const address = url.replace(/\/$/, '')
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return async (command) => {
    const answer = await fetch(address, {
      method: 'POST',
      headers,
      body: JSON.stringify(command),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (answer.status >= 300 && answer.status < 400) {
      await answer.body?.cancel()
      throw new Error('REDIRECTED')
    }
    const reply: unknown = await answer.json()
    if (typeof reply !== 'object' || reply === null) throw new Error('MALFORMED')
    if ('error' in reply && reply.error !== undefined) throw new Error(String(reply.error))
    // Beside a failing status only an error is believed.
    if (!answer.ok || !('result' in reply)) throw new Error(`STATUS ${answer.status}`)
    return reply.result
  }
}

function checkAddress(url: string, token: string): void {
  if (!isHttp(url)) {
    // The URL may carry a password, so it is not repeated.
    throw new NearsideError('bad-options', 'url is the https:// address of a Redis over REST', {
      param: 'url',
    })
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new NearsideError('bad-options', 'token is the token of the Redis over REST', { param: 'token' })
  }
}

function isHttp(url: string): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : null
  return (
    parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.search === ''
  )
}
