/**
 * Money set aside for one attempt that may be billed.
 *
 * A hold is the whole of what a store needs for any verb: the purse keeps it and hands it over each time, so that
 * a settle which finds no record (the store was away when the hold should have been made) still knows what to
 * charge. Each attempt has its own, with its own id: the id makes every verb idempotent.
 */
import type { NanoUsd } from '../price/nano-usd.ts'
import type { Cap } from './cap.ts'
import type { LimitedBy } from './limits.ts'

export type Hold = {
  /** `<request>.<step>.<attempt>`, the request's part minted by the server, never taken from a header. */
  readonly id: string
  readonly tenant: string
  readonly caps: readonly Cap[]
  /** A true upper bound of what the attempt can cost. */
  readonly amount: NanoUsd
  /** Longer than the attempt's deadline; longer streams renew. */
  readonly leaseMs: number
  /** What else the attempt is counted under. @default none */
  readonly limitedBy?: LimitedBy
}
