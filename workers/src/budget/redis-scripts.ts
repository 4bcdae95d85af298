/**
 * How a script reaches Redis: through Upstash's client, set up so that it neither waits, repeats nor guesses.
 *
 * The client's defaults are no ledger's: no deadline, six attempts, numbers made of whatever looks like one. A
 * deadline has to be a function that makes a fresh signal for each call, or a hung call resolves to nothing at all.
 */
import { NearsideError } from '@nearside/core'
import { Redis } from '@upstash/redis/cloudflare'

/** What of a Redis client is used; `Redis` of `@upstash/redis` is one. */
export interface RedisScripts {
  evalsha(sha: string, keys: string[], args: string[]): Promise<unknown>
  eval(script: string, keys: string[], args: string[]): Promise<unknown>
}

export function upstashScripts(url: string, token: string, timeoutMs: number): RedisScripts {
  if (!isHttp(url)) {
    // The URL may carry a password, so it is not repeated.
    throw new NearsideError('bad-options', 'url is the https:// address of a Redis over REST', {
      param: 'url',
    })
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new NearsideError('bad-options', 'token is the token of the Redis over REST', { param: 'token' })
  }
  return new Redis({
    url,
    token,
    signal: () => AbortSignal.timeout(timeoutMs),
    retry: { retries: 0 },
    responseEncoding: false,
    automaticDeserialization: false,
    enableAutoPipelining: false,
    enableTelemetry: false,
    readYourWrites: false,
  })
}

function isHttp(url: string): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : null
  return (
    parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.search === ''
  )
}
