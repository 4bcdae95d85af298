/**
 * Whose request this is. Asked before the body is read and before anything else is done for the caller.
 *
 * Keys are stored as SHA-256: what is configured does not open the gateway. The digest of what the caller sent is
 * compared with every stored one in constant time, so that timing tells neither a digest nor how many match.
 */
import { NearsideError, sha256 } from '@nearside/core'
import type { Context } from 'hono'
import type { Account } from '../options/options.ts'
import { checkAccount, type KnownKey, type Options } from '../options/resolve-options.ts'

export async function authenticate(c: Context, options: Options): Promise<Account> {
  switch (options.admission.kind) {
    case 'host': {
      const account = await options.admission.account(c)
      if (account === null) throw new NearsideError('unauthorized', 'This request belongs to no account.')
      checkAccount(account, 'account', options.budgets !== null)
      return account
    }
    case 'keys': {
      const account = accountOfKey(bearer(c), options.admission.keys)
      if (account === null) throw new NearsideError('unauthorized', 'The API key is not known here.')
      return account
    }
    case 'loopback': {
      // The host header too: a page that rebinds its name to 127.0.0.1 is no local program. It may be no name at all.
      if (!URL.canParse(c.req.url) || !isLoopback(new URL(c.req.url).hostname)) {
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

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < b.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}

export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    hostname === '::1' ||
    /^127(?:\.\d{1,3}){3}$/.test(hostname)
  )
}
