/**
 * How a script reaches Redis: through Upstash's client, set up so that it neither waits, repeats nor guesses.
 *
 * The client's defaults are no ledger's: no deadline, six attempts, numbers made of whatever looks like one, and
 * redirects followed with the command, in some places with the token too, to wherever they point. It leaves open who carries a
 * request, so its commands and its reading of replies stay and the request is made here.
 */
import { NearsideError } from '@nearside/core'
import type { Requester, UpstashRequest, UpstashResponse } from '@upstash/redis'
import { Redis } from '@upstash/redis/cloudflare'

/** What of a Redis client is used; `Redis` of `@upstash/redis` is one. */
export interface RedisScripts {
  evalsha(sha: string, keys: string[], args: string[]): Promise<unknown>
  eval(script: string, keys: string[], args: string[]): Promise<unknown>
}

export function upstashScripts(url: string, token: string, timeoutMs: number): RedisScripts {
  checkAddress(url, token)
  return new CarriedRedis(carrierTo(url, token, timeoutMs))
}

/** One command, as words; a string, a number, a list or null comes back. */
export type SendCommand = (command: readonly string[]) => Promise<unknown>

export function upstashCommands(url: string, token: string, timeoutMs: number): SendCommand {
  checkAddress(url, token)
  const carrier = carrierTo(url, token, timeoutMs)
  return async (command) => {
    const { result, error } = await carrier.request({ body: command })
    if (error !== undefined) throw new Error(error)
    return result
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

class CarriedRedis extends Redis {
  constructor(carrier: Requester) {
    // The client's own carrier is never used. Should it be after all, it knows neither the address nor the token.
    super({
      url: 'https://redis.invalid',
      token: 'none',
      retry: { retries: 0 },
      automaticDeserialization: false,
      enableAutoPipelining: false,
      enableTelemetry: false,
      readYourWrites: false,
    })
    this.client = carrier
  }
}

/** One POST a command and no other: not a second one, and none to where an answer points. */
function carrierTo(url: string, token: string, timeoutMs: number): Requester {
  const address = url.replace(/\/$/, '')
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return {
    async request<Result>({ body }: UpstashRequest): Promise<UpstashResponse<Result>> {
      const answer = await fetch(address, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      })
      if (answer.status >= 300 && answer.status < 400) {
        await answer.body?.cancel()
        throw new Error('REDIRECTED')
      }
      const reply: unknown = await answer.json()
      if (typeof reply !== 'object' || reply === null) throw new Error('MALFORMED')
      // Beside a failing status only an error is believed.
      return answer.ok ? reply : { error: 'error' in reply ? String(reply.error) : `STATUS ${answer.status}` }
    },
  }
}

function isHttp(url: string): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : null
  return (
    parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.search === ''
  )
}
