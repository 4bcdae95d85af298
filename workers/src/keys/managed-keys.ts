/**
 * Whose a managed key is, as far as this isolate knows.
 *
 * A key that was made up is refused before anything is asked. One of ours is looked up, and what was found holds for
 * `recheckMs`: that is how long a revoked key may still be served, and nothing is served on older knowledge, whatever the
 * directory does. From half of that time on the record is fetched again behind an answer, so that a key in use seldom waits.
 */
import { type KeyRecord, NearsideError, readKey, whyRefused } from '@nearside/core'
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

/** What is known of one id. A revoked key's record is known like any other. */
type Known<Account> = {
  readonly at: number
  readonly record: KeyRecord | null
  /** Kept for as long as the record stays the same, since caps are made ready once for each account. */
  readonly account: Account | null
}

/** Longer than any directory may take. */
const longestLookMs = 5_000

/** Ten thousand records of half a kilobyte: a fifth of what an isolate may keep in all. */
const mostKnown = 10_000

export function openManagedKeys<Account>({
  secrets,
  directory,
  recheckMs,
  accountFrom,
  now,
}: ManagedKeysTerms<Account>): ManagedKeys<Account> {
  const known = new Map<string, Known<Account>>()
  /** Since when. A request that was cut off takes its fetch with it, and would leave its mark for ever. */
  const refreshing = new Map<string, number>()

  async function look(id: string): Promise<Known<Account>> {
    // The record is as old as the question, not as its answer.
    const at = now()
    const record = await directory.read(id)
    const before = known.get(id)
    const same = before?.record != null && JSON.stringify(before.record) === JSON.stringify(record)
    const account = record === null ? null : same ? (before?.account ?? null) : accountFrom(record)
    const found: Known<Account> = { at, record, account }
    known.delete(id)
    known.set(id, found)
    if (known.size > mostKnown)
      for (const oldest of known.keys()) {
        known.delete(oldest)
        break
      }
    return found
  }

  function refresh(id: string): Promise<void> {
    refreshing.set(id, now())
    return look(id).then(
      () => void refreshing.delete(id),
      // The next request asks again, and waits for it once the time is over.
      () => void refreshing.delete(id),
    )
  }

  return {
    accountOf(key, waitUntil) {
      const id = readKey(key, secrets)
      if (id === null) throw unknownKey()
      const held = known.get(id)
      const age = held === undefined ? Number.POSITIVE_INFINITY : now() - held.at
      if (held === undefined || age >= recheckMs) return look(id).then((found) => admit(found, now()))
      const lastTry = refreshing.get(id) ?? Number.NEGATIVE_INFINITY
      if (age >= recheckMs / 2 && now() - lastTry > longestLookMs) waitUntil(refresh(id))
      return admit(held, now())
    },
  }
}

function admit<Account>({ record, account }: Known<Account>, now: number): Account {
  if (record === null || account === null) throw unknownKey()
  const refused = whyRefused(record, now)
  if (refused === null) return account
  throw new NearsideError(
    'unauthorized',
    refused === 'revoked' ? 'This API key was revoked.' : 'This API key has expired.',
  )
}

function unknownKey(): NearsideError {
  return new NearsideError('unauthorized', 'The API key is not known here.')
}
