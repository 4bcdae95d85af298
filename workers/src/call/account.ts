/**
 * Whose request this is. Asked before the body is read and before anything else is done for the caller.
 *
 * Keys are stored as SHA-256: what is configured does not open the gateway. The digest of what the caller sent is
 * compared with every stored one in constant time, so that timing tells neither a digest nor how many match.
 */
import { equalBytes, looksManaged, NearsideError, sha256 } from '@nearside/core'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { isLoopback } from '../options/is-loopback.ts'
import type { Account } from '../options/options.ts'
import { type AccountOf, checkAccount, type KnownKey, type Options } from '../options/resolve-options.ts'
import { waitUntilOf } from './wait-until.ts'

export async function authenticate(c: Context, options: Options): Promise<Account> {
  switch (options.admission.kind) {
    case 'host': {
      const account = await accountOfHost(c, options.admission.account)
      if (account === null || account === undefined)
        throw new NearsideError('unauthorized', 'This request belongs to no account.')
      checkAccount(account, 'account', options.budgets !== null)
      return account
    }
    case 'keys': {
      const { keys, managed } = options.admission
      const key = bearer(c)
      if (managed !== null && looksManaged(key)) return managed.accountOf(key, waitUntilOf(c))
      const account = accountOfKey(key, keys)
      if (account === null) throw new NearsideError('unauthorized', 'The API key is not known here.')
      return account
    }
    case 'loopback': {
      if (!comesFromHere(c)) {
        throw new NearsideError('unauthorized', 'This gateway serves loopback addresses only.')
      }
      return options.admission.account
    }
  }
}

function bearer(c: Context): string {
  const header = c.req.header('authorization') ?? ''
  if (!/^bearer /i.test(header)) {
    throw new NearsideError('unauthorized', 'Send your API key as `authorization: Bearer <key>`.')
  }
  return header.slice('bearer '.length).trim()
}

const encoder = new TextEncoder()

function accountOfKey(key: string, keys: readonly KnownKey[]): Account | null {
  const digest = sha256(encoder.encode(key))
  let found: Account | null = null
  for (const known of keys) if (equalBytes(known.digest, digest)) found = known.account
  return found
}

/** A host refuses in its own words: what it throws as Hono's own exception travels as the cause, and is answered. */
async function accountOfHost(c: Context, ask: AccountOf): Promise<Account | null | undefined> {
  try {
    return await ask(c)
  } catch (error) {
    if (!(error instanceof HTTPException)) throw error
    const code = error.status === 401 ? 'unauthorized' : error.status < 500 ? 'forbidden' : 'internal'
    throw new NearsideError(code, 'The host refused this request.', { cause: error })
  }
}

/**
 * The connection, where the platform tells of it, and the Host header too: a page that rebinds its name to 127.0.0.1 is
 * no local program. What came through a proxy came from somewhere else.
 */
function comesFromHere(c: Context): boolean {
  const { incoming } = (c.env ?? {}) as NodeBindings
  const peer = incoming?.socket?.remoteAddress
  return (
    (incoming === undefined || (peer !== undefined && isLoopback(peer))) &&
    proxyHeaders.every((name) => c.req.header(name) === undefined) &&
    // It may be no name at all.
    URL.canParse(c.req.url) &&
    isLoopback(new URL(c.req.url).hostname)
  )
}

/** What @hono/node-server gives its app. */
type NodeBindings = { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } }

const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const
