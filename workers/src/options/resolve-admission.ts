/**
 * Who is let in: whom the host knows, who has an API key, or whoever sits at this machine.
 *
 * An account is checked like every other option, and again when a host's function gives one: a contract that is
 * misread here would let a text go where it must not.
 */
import { type KeyRecord, limitsOf, privacyLevels, strictest, tierNames } from '@nearside/core'
import { setCaps } from '../budget/set-caps.ts'
import { type ManagedKeys, openManagedKeys } from '../keys/managed-keys.ts'
import { checkKeys, hexBytes, isObject, wrong } from './checks.ts'
import type { Account, ManagedKeyOptions, NearsideOptions } from './options.ts'

export type KnownKey = { readonly digest: Uint8Array; readonly account: Account }

export type AccountOf = NonNullable<NearsideOptions['account']>

export type Admission =
  | { readonly kind: 'host'; readonly account: AccountOf }
  | {
      readonly kind: 'keys'
      readonly keys: readonly KnownKey[]
      readonly managed: ManagedKeys<Account> | null
    }
  | { readonly kind: 'loopback'; readonly account: Account }

export function resolveAdmission(given: NearsideOptions, clock: () => number): Admission {
  const now = clock()
  const ways = [given.account, given.keys ?? given.managedKeys, given.open].filter((way) => way !== undefined)
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
  const managed = given.managedKeys === undefined ? null : resolveManaged(given.managedKeys, given, clock)
  const keys = given.keys === undefined ? [] : resolveKeys(given.keys, budgeted, now)
  return { kind: 'keys', keys, managed }
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

function resolveManaged(
  given: ManagedKeyOptions,
  { caps = [], budgets }: NearsideOptions,
  now: () => number,
): ManagedKeys<Account> {
  if (!isObject(given)) throw wrong('managedKeys', 'is an object with a secret and a directory')
  checkKeys(given, managedFields, 'managedKeys')
  const { directory, recheckMs = 30_000, account: common = {} } = given
  if (!isObject(directory) || typeof directory.read !== 'function')
    throw wrong('managedKeys.directory', 'is a directory of keys, such as redisKeyDirectory makes')
  if (!Number.isInteger(recheckMs) || recheckMs < 0 || recheckMs > 86_400_000)
    throw wrong('managedKeys.recheckMs', 'is whole milliseconds from 0 to a day')
  if (budgets === undefined) throw wrong('managedKeys', 'needs budgets: a key may have caps of its own')
  checkNamed({ ...common, tenant: 'any' }, 'managedKeys.account', true, now())
  const commonCaps = common.caps ?? caps
  const secrets = [secretBytes(given.secret, 'managedKeys.secret')]
  if (given.previousSecret !== undefined)
    secrets.push(secretBytes(given.previousSecret, 'managedKeys.previousSecret'))

  const accountFrom = (record: KeyRecord): Account => {
    const account: Account = {
      ...common,
      tenant: record.tenant,
      privacy: strictest(common.privacy ?? 'public', record.privacy),
      caps: [...commonCaps, ...record.caps],
      scopes: [...(common.scopes ?? []), `key:${record.id}`, ...record.scopes],
      mayUse: {
        ...(record.tiers === null ? {} : { tiers: record.tiers }),
        ...(record.models === null ? {} : { models: record.models }),
      },
    }
    checkNamed(account, 'The record of this API key', true, now())
    return account
  }
  return openManagedKeys({ secrets, directory, recheckMs, accountFrom, now })
}

const managedFields: Readonly<Record<keyof ManagedKeyOptions, true>> = {
  secret: true,
  previousSecret: true,
  directory: true,
  recheckMs: true,
  account: true,
}

function secretBytes(secret: unknown, path: string): Uint8Array {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : new Uint8Array()
  // The secret itself is never repeated.
  if (bytes.length < 32) throw wrong(path, 'has at least 32 bytes, such as 64 hexadecimal digits at random')
  return bytes
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
  mayUse: true,
  scopes: true,
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
  const { providers = [], caps = [], mayUse = {}, scopes = [] } = account
  if (
    !Array.isArray(scopes) ||
    !scopes.every((scope) => typeof scope === 'string' && /^[A-Za-z0-9._:@/-]{1,128}$/.test(scope))
  ) {
    throw wrong(`${path}.scopes`, 'is a list of names such as team:web')
  }
  if (!isObject(mayUse) || !isNames(mayUse.models) || !isNames(mayUse.tiers, tierNames)) {
    throw wrong(`${path}.mayUse`, `has lists of models and of tiers: ${tierNames.join(', ')}`)
  }
  if (!Array.isArray(providers) || !providers.every((provider) => typeof provider === 'string')) {
    throw wrong(`${path}.providers`, 'is a list of names')
  }
  if (!Array.isArray(caps)) throw wrong(`${path}.caps`, 'is a list of caps')
  if (account.limits !== undefined && !isObject(account.limits)) throw wrong(`${path}.limits`, 'is an object')
  if (account.limits !== undefined && !budgeted)
    throw wrong(`${path}.limits`, 'needs budgets: nothing else would count')
  if (caps.length > 0 && !budgeted) throw wrong(`${path}.caps`, 'needs budgets: nothing else would keep it')
}

function isNames(list: unknown, known?: readonly string[]): boolean {
  if (list === undefined) return true
  return (
    Array.isArray(list) &&
    list.every((name) => typeof name === 'string' && (known === undefined || known.includes(name)))
  )
}
