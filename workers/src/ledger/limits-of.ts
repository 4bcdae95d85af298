/** An account's limits, as the ledger takes them: its own where it brings some, else the options'; made once for each terms. */
import { type Limits, type LimitTerms, limitsOf } from '@nearside/core'
import type { Account } from '../options/options.ts'
import type { Options } from '../options/resolve-options.ts'

export type LimitsOf = (account: Account) => Limits | null

export function openLimits({ limits }: Pick<Options, 'limits'>): LimitsOf {
  const made = new WeakMap<LimitTerms, Limits>()
  return (account) => {
    const terms = account.limits ?? limits
    if (terms === null) return null
    const known = made.get(terms)
    if (known !== undefined) return known
    const filled = limitsOf(terms)
    made.set(terms, filled)
    return filled
  }
}
