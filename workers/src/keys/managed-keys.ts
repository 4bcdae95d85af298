/**
 * Whose a managed key is, as far as this isolate knows.
 *
 * A key that was made up is refused before anything is asked. One of ours is looked up, and what was found holds for
 * `recheckMs`: that is how long a revoked key may still be served.
 */
import { type KeyRecord, NearsideError, readKey, whyRefused } from '@nearside/core'
import { openRemembered } from '../remembered/remembered.ts'
import type { KeyDirectory } from './key-directory.ts'

export type ManagedKeys<Account> = {
  /** The account of a key; throws `unauthorized` where it is none of ours, and `store-failed` where nobody can tell. */
  accountOf(key: string, waitUntil: (work: Promise<unknown>) => void): Account | Promise<Account>
}

export type ManagedKeysTerms<Account> = {
  readonly secrets: readonly Uint8Array[]
  readonly directory: KeyDirectory
  readonly recheckMs: number
  /** From a record to the account, checked. */
  readonly accountFrom: (record: KeyRecord) => Account
  readonly now: () => number
}

/** A revoked key's record is known like any other, and so is that there is none. */
type Found<Account> = { readonly record: KeyRecord; readonly account: Account } | { readonly record: null }

export function openManagedKeys<Account>({
  secrets,
  directory,
  recheckMs,
  accountFrom,
  now,
}: ManagedKeysTerms<Account>): ManagedKeys<Account> {
  const found = openRemembered<Found<Account>>({
    recheckMs,
    now,
    async look(id, before) {
      const record = await directory.read(id)
      if (record === null) return { record }
      // The account is kept for as long as the record stays the same, since caps are made ready once for each account.
      const last = before()
      const same = last !== null && JSON.stringify(last.record) === JSON.stringify(record)
      return same && last.record !== null ? last : { record, account: accountFrom(record) }
    },
  })

  return {
    accountOf(key, waitUntil) {
      const id = readKey(key, secrets)
      if (id === null) throw unknownKey()
      const known = found.of(id, waitUntil)
      return known instanceof Promise ? known.then((told) => admit(told, now())) : admit(known, now())
    },
  }
}

function admit<Account>(found: Found<Account>, now: number): Account {
  if (found.record === null) throw unknownKey()
  const refused = whyRefused(found.record, now)
  if (refused === null) return found.account
  throw new NearsideError(
    'unauthorized',
    refused === 'revoked' ? 'This API key was revoked.' : 'This API key has expired.',
  )
}

function unknownKey(): NearsideError {
  return new NearsideError('unauthorized', 'The API key is not known here.')
}
