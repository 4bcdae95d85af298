/**
 * Who is let in: whom the host knows, who has an API key, or whoever sits at this machine.
 *
 * An account is checked like every other option, and again when a host's function gives one: a contract that is
 * misread here would let a text go where it must not.
 */
import { limitsOf, privacyLevels } from '@nearside/core'
import { setCaps } from '../budget/set-caps.ts'
import { checkKeys, hexBytes, isObject, wrong } from './checks.ts'
import type { Account, NearsideOptions } from './options.ts'

export type KnownKey = { readonly digest: Uint8Array; readonly account: Account }

export type AccountOf = NonNullable<NearsideOptions['account']>

export type Admission =
  | { readonly kind: 'host'; readonly account: AccountOf }
  | { readonly kind: 'keys'; readonly keys: readonly KnownKey[] }
  | { readonly kind: 'loopback'; readonly account: Account }

export function resolveAdmission(given: NearsideOptions, now: number): Admission {
  const ways = [given.account, given.keys, given.open].filter((way) => way !== undefined)
  if (ways.length !== 1) {
    throw wrong('account', 'or keys or open must be given, and one of them only: nobody is served unknown')
  }
  if (given.openAccount !== undefined && given.open === undefined) {
    throw wrong('openAccount', 'is only of use with open')
  }
  const budgeted = given.budgets !== undefined
  if (given.account !== undefined) return { kind: 'host', account: given.account }
  if (given.open !== undefined) {
    if (given.open !== 'loopback') throw wrong('open', 'is loopback: a gateway is never open to the world')
    const account = given.openAccount ?? { tenant: 'local' }
    checkNamed(account, 'openAccount', budgeted, now)
    return { kind: 'loopback', account }
  }
  return { kind: 'keys', keys: resolveKeys(given.keys, budgeted, now) }
}

function resolveKeys(given: NearsideOptions['keys'], budgeted: boolean, now: number): readonly KnownKey[] {
  if (!isObject(given) || Object.keys(given).length === 0) throw wrong('keys', 'has at least one key')
  const seen = new Set<string>()
  return Object.entries(given).map(([hex, account], position) => {
    // What stands there in place of a digest may be a key, and is not repeated.
    const path = `keys[${position}]`
    const digest = hexBytes(hex)
    if (digest?.length !== 32)
      throw wrong(path, 'is named by the SHA-256 of its key, as 64 hexadecimal digits')
    if (seen.has(hex.toLowerCase())) throw wrong(path, 'is there twice: a key belongs to one account')
    seen.add(hex.toLowerCase())
    checkNamed(account, path, budgeted, now)
    return { digest, account }
  })
}

/** An account that was written down: what it says too much is misspelt. */
function checkNamed(account: Account, path: string, budgeted: boolean, now: number): void {
  checkAccount(account, path, budgeted)
  checkKeys(account, accountKeys, path)
  setCaps(account.caps ?? [], now, `${path}.caps`)
  if (account.limits !== undefined) limitsOf(account.limits, `${path}.limits`)
}

const accountKeys: Readonly<Record<keyof Account, true>> = {
  tenant: true,
  privacy: true,
  providers: true,
  caps: true,
  limits: true,
}

/** `budgeted`: whether a store keeps what accounts may spend. */
export function checkAccount(account: Account, path: string, budgeted: boolean): void {
  if (!isObject(account)) throw wrong(path, 'is an account: an object with a tenant')
  if (typeof account.tenant !== 'string' || !/^[A-Za-z0-9._-]{1,64}$/.test(account.tenant)) {
    throw wrong(`${path}.tenant`, 'has 1 to 64 letters, digits, dots, dashes and underscores')
  }
  if (account.privacy !== undefined && !privacyLevels.includes(account.privacy)) {
    throw wrong(`${path}.privacy`, `is one of ${privacyLevels.join(', ')}`)
  }
  const { providers = [], caps = [] } = account
  if (!Array.isArray(providers) || !providers.every((provider) => typeof provider === 'string')) {
    throw wrong(`${path}.providers`, 'is a list of names')
  }
  if (!Array.isArray(caps)) throw wrong(`${path}.caps`, 'is a list of caps')
  if (account.limits !== undefined && !isObject(account.limits)) throw wrong(`${path}.limits`, 'is an object')
  if (account.limits !== undefined && !budgeted)
    throw wrong(`${path}.limits`, 'needs budgets: nothing else would count')
  if (caps.length > 0 && !budgeted) throw wrong(`${path}.caps`, 'needs budgets: nothing else would keep it')
}
