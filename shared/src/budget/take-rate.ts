/**
 * The limits within the verbs: what a reserve takes of them, and what the verb that ends the hold gives back.
 *
 * A hold is corrected once, by the verb that first ends it: settled, it has taken the tokens that were used; released,
 * nothing. A place among those under way needs no giving back: it is the open hold itself, until its lease ends.
 */
import type { HoldRecord } from './books.ts'
import type { Draft } from './draft.ts'
import type { Hold } from './hold.ts'
import type { LimitedBy, Limits } from './limits.ts'
import {
  changedSlots,
  countedSlots,
  type RateDenial,
  type RateStandings,
  rateDenied,
  ratesOf,
  rowOf,
  secondOf,
  takenOf,
} from './rate.ts'

/** What a record keeps of the limits it was counted under. */
export type TakenBy = { readonly scope: string; readonly tokens: number }

export function takenBy({ limitedBy }: Hold): TakenBy | null {
  return limitedBy == null ? null : { scope: limitedBy.limits.scope, tokens: limitedBy.tokens }
}

export function limitInTheWay(limitedBy: LimitedBy | null | undefined, draft: Draft): RateDenial | null {
  if (limitedBy == null) return null
  const { scope, concurrent } = limitedBy.limits
  const openHolds = concurrent === null ? 0 : draft.openHolds(scope)
  return rateDenied(limitedBy, countedSlots(draft.rate(scope), draft.now), openHolds, draft.now)
}

export function takeRate(limitedBy: LimitedBy | null | undefined, draft: Draft): void {
  if (limitedBy == null) return
  change(limitedBy.limits.scope, draft.now, { requests: 1, tokens: limitedBy.tokens }, draft)
}

export function ratesNow(limits: Limits | undefined, draft: Draft): RateStandings | null {
  if (limits === undefined) return null
  return ratesOf(limits, takenOf(countedSlots(draft.rate(limits.scope), draft.now), draft.now))
}

/** `usedTokens` null: nobody knows, and the bound stands. */
export function correctRate(record: HoldRecord, usedTokens: number | null, draft: Draft): void {
  if (record.takenBy === null || usedTokens === null) return
  const { scope, tokens } = record.takenBy
  change(scope, record.reservedAt, { requests: 0, tokens: usedTokens - tokens }, draft)
}

export function giveBackRate(record: HoldRecord, draft: Draft): void {
  if (record.takenBy === null) return
  const { scope, tokens } = record.takenBy
  change(scope, record.reservedAt, { requests: -1, tokens: -tokens }, draft)
}

function change(
  scope: string,
  at: number,
  by: { readonly requests: number; readonly tokens: number },
  draft: Draft,
): void {
  const slots = countedSlots(draft.rate(scope), draft.now)
  const second = secondOf(at)
  // A second that is forgotten is not opened again by what ends late.
  if (at !== draft.now && !slots.some((slot) => slot.second === second)) return
  draft.putRate(rowOf(scope, changedSlots(slots, second, by), draft.now))
}
