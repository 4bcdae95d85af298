/** What the verbs of the ledger answer. Each is something a healthy system does every day, so each is a value. */
import type { NanoUsd } from '../price/nano-usd.ts'
import type { CapKind, CapWindow } from './cap.ts'
import type { RateDenial, RateStandings } from './rate.ts'

/** One cap with the numbers of its present window. */
export type Balance = {
  readonly scope: string
  readonly window: CapWindow
  readonly kind: CapKind
  readonly limit: NanoUsd
  readonly settled: NanoUsd
  readonly reserved: NanoUsd
  /** Held by attempts whose outcome was never reported, until they are settled late or written off. */
  readonly expired: NanoUsd
  /** By how much charges exceeded their holds, in sum. */
  readonly overrun: NanoUsd
  /** How many charges were made. */
  readonly charges: number
  /** What the cap still lets pass; never below zero. */
  readonly remaining: NanoUsd
  /** When the window ends; null for `total`. */
  readonly resetsAt: number | null
}

export type Reservation =
  | {
      readonly granted: true
      /** The same hold was made before: a retry of ours, and nothing was counted twice. */
      readonly repeated: boolean
      readonly leaseEndsAt: number
      /** The hard cap with the least left, after this hold; null where no cap is hard. */
      readonly tightest: Balance | null
      /** Soft caps that this hold went past. */
      readonly softPassed: readonly Balance[]
      /** Where the limits of requests and tokens stand now; null where the hold is counted under none. */
      readonly rates: RateStandings | null
    }
  | {
      readonly granted: false
      /** `in-flight`: open holds are in the way, ask again soon. `exhausted`: ask again at `cap.resetsAt`. */
      readonly reason: 'in-flight' | 'exhausted'
      readonly cap: Balance
    }
  | {
      readonly granted: false
      /** A limit of the account is in the way, and no cap. */
      readonly reason: 'rate-limited'
      readonly cap: null
      readonly denial: RateDenial
      readonly rates: RateStandings
    }
  | {
      readonly granted: false
      /** `closed`: a hold of this id is over. `conflict`: one is open with another amount or other caps. */
      readonly reason: 'closed' | 'conflict'
      readonly cap: null
    }

export type Settlement = {
  /**
   * `settled`: in the hold's place. `late`: the hold had lapsed, or had been released or written off. `unreserved`:
   * there never was one. `repeated`: it was charged before, and `charged` is that first charge.
   */
  readonly outcome: 'settled' | 'late' | 'unreserved' | 'repeated'
  readonly charged: NanoUsd
  /** By how much the charge exceeds what had been reserved; zero when it does not. */
  readonly overrun: NanoUsd
}

export type Release = {
  /**
   * `released`: the money is free again. `late`: it is, but the hold had lapsed. `repeated`: released before.
   * `charged`: a charge was made, and stands. `unknown`: there was no hold, and a reserve still on its way will be refused.
   */
  readonly outcome: 'released' | 'late' | 'repeated' | 'charged' | 'unknown'
}

export type Renewal =
  | { readonly renewed: true; readonly leaseEndsAt: number }
  /** `lapsed`: too late, the money counts as expired. `closed`: settled, released or written off. `unknown`: no such hold. */
  | { readonly renewed: false; readonly reason: 'lapsed' | 'closed' | 'unknown' }

export type WriteOff = {
  /** `open`: the hold has not lapsed, and nothing was done. `closed`: it was settled or released. */
  readonly outcome: 'written-off' | 'repeated' | 'open' | 'closed' | 'unknown'
}
