/**
 * What accounts may still spend: the port, and what every store behind it promises.
 *
 * Each verb is atomic, and idempotent by the hold's id, so a call whose answer was lost is simply made again. The
 * time is the store's own, never the caller's. Refusals are values; a store that cannot answer throws
 * `store-failed`, and what then holds is the operator's choice. One conformance suite holds all stores to the same
 * answers.
 */
import type {
  Balance,
  Cap,
  Hold,
  NanoUsd,
  Release,
  Renewal,
  Reservation,
  Settlement,
  WriteOff,
} from '@nearside/core'
import type { HeardCaps } from './heard-caps.ts'

export interface BudgetStore {
  /** Sets the hold's amount aside under all of its caps, or under none and tells which is in the way. */
  reserve(hold: Hold): Promise<Reservation>
  /**
   * Puts the true cost in the hold's place, in the windows that admitted it. Where the hold is counted under limits, the
   * tokens that were used take the place of their bound; null or nothing where nobody knows them.
   */
  settle(hold: Hold, actual: NanoUsd, usedTokens?: number | null): Promise<Settlement>
  /** Gives the hold back: the attempt was surely not billed. */
  release(hold: Hold): Promise<Release>
  /** Lets an open hold live at least `leaseMs` from now; never shortens it. */
  renew(hold: Hold, leaseMs: number): Promise<Renewal>
  /** The caps of a tenant with the numbers of their present windows, in the order given. */
  read(tenant: string, caps: readonly Cap[]): Promise<readonly Balance[]>
  /** Clears money that lapsed unsettled, for an operator who knows that it was not billed. */
  writeOff(hold: Hold): Promise<WriteOff>
  /** What keeps in mind what this store says, so that decisions know of it. @default they know nothing of budgets */
  readonly openHeard?: (now: () => number) => HeardCaps
}
