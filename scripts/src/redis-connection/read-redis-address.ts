/**
 * Which store a command works on, out of the environment: the one that the gateway is set up with.
 *
 * `UPSTASH_REDIS_REST_URL` with its token, as the gateway reads them, or `REDIS_URL` for a plain Redis. Where both are
 * set the first holds: it is what the gateway spends from. No address is repeated in a message, since it may carry a
 * password.
 */
import { NearsideError } from '@nearside/core'
import { type RedisTarget, readRedisUrl } from '../redis-bridge/connection.ts'

export type RedisAddress =
  | { readonly kind: 'rest'; readonly place: string; readonly url: string; readonly token: string }
  | { readonly kind: 'socket'; readonly place: string; readonly target: RedisTarget }

export function readRedisAddress(env: Readonly<Record<string, string | undefined>>): RedisAddress {
  const rest = env.UPSTASH_REDIS_REST_URL?.trim() ?? ''
  const token = env.UPSTASH_REDIS_REST_TOKEN?.trim() ?? ''
  const plain = env.REDIS_URL?.trim() ?? ''
  if (rest !== '') return restAddress(rest, token)
  if (plain !== '') return socketAddress(plain)
  throw new NearsideError(
    'bad-options',
    'No store is named: set UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN, or REDIS_URL=redis://host:port.',
    { param: 'UPSTASH_REDIS_REST_URL' },
  )
}

function restAddress(url: string, token: string): RedisAddress {
  const parsed = URL.canParse(url) ? new URL(url) : null
  const isPlain =
    parsed !== null &&
    /^https?:$/.test(parsed.protocol) &&
    `${parsed.username}${parsed.password}${parsed.search}${parsed.hash}` === ''
  if (!isPlain) {
    throw new NearsideError(
      'bad-options',
      'UPSTASH_REDIS_REST_URL is the https:// address of a Redis over REST, without a password.',
      { param: 'UPSTASH_REDIS_REST_URL' },
    )
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new NearsideError('bad-options', 'UPSTASH_REDIS_REST_TOKEN is missing, or has spaces in it.', {
      param: 'UPSTASH_REDIS_REST_TOKEN',
    })
  }
  return { kind: 'rest', place: parsed.host, url: parsed.href.replace(/\/+$/, ''), token }
}

function socketAddress(url: string): RedisAddress {
  try {
    const target = readRedisUrl(url)
    const host = target.host.includes(':') ? `[${target.host}]` : target.host
    return { kind: 'socket', place: `${host}:${target.port}`, target }
  } catch {
    throw new NearsideError(
      'bad-options',
      'REDIS_URL is redis://host:port or rediss://host:port, a password in it percent-encoded.',
      { param: 'REDIS_URL' },
    )
  }
}
