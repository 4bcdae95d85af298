/**
 * An account's caps, as the ledger takes them: its own where it brings some, else the options'. Terms are turned into
 * caps once for each list, since a time zone's table takes a while to make: a host should keep its lists.
 */
import type { Cap, CapTerms } from '@nearside/core'
import { setCaps } from '../budget/set-caps.ts'
import type { Account } from '../options/options.ts'
import type { Options } from '../options/resolve-options.ts'

export type CapsOf = (account: Account) => readonly Cap[]

export function openCaps(options: Options): CapsOf {
  const made = new WeakMap<readonly CapTerms[], readonly Cap[]>()
  return (account) => {
    const terms = account.caps ?? options.caps
    const known = made.get(terms)
    if (known !== undefined) return known
    const caps = setCaps(terms, options.now())
    made.set(terms, caps)
    return caps
  }
}
