/**
 * The shorter answer that a cap still has the money for, where the operator wants one rather than a refusal.
 *
 * The store is asked for the whole answer first, in the one round trip that every priced call makes: what an isolate last
 * heard of a budget may be old, and would cut answers short that a new day has the money for. Only a denial says
 * what is left, so only a call that is denied asks again, for what that buys. A cap that is merely held by calls in flight
 * has the money soon; its callers are told to come back.
 */
import { type CallSize, leastOutputTokens, outputWithin, type Reservation } from '@nearside/core'

/** A denial names one cap, and the next may name a tighter one. */
export const mostTries = 3

/** Null where a refusal is all there is. */
export function shorterOutput(
  denial: Extract<Reservation, { readonly granted: false }>,
  denied: number,
  size: Omit<CallSize, 'outputLimit'>,
): number | null {
  if (denial.reason !== 'exhausted' || denial.cap === null) return null
  const bought = outputWithin(denial.cap.remaining, size)
  return bought < denied && bought >= leastOutputTokens ? bought : null
}
