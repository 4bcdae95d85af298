/**
 * The books of one tenant, as the rules see them: rows that can be looked up, and the rows a verb wants written.
 *
 * A verb reads what it needs and answers with changes; it writes nothing. So a store loads only the rows a verb
 * touches (a Durable Object answers each look-up from SQLite), writes back only the changed ones, in one go, and a
 * verb costs as much as the hold has caps, however many holds are open.
 */
import type { NanoUsd } from '../price/nano-usd.ts'
import type { RateRow } from './rate.ts'
import type { TakenBy } from './take-rate.ts'

/** The sums of one scope in one window. Past the largest safe integer, `settled` and `overrun` stay there. */
export type Counter = {
  readonly settled: NanoUsd
  readonly reserved: NanoUsd
  readonly expired: NanoUsd
  readonly overrun: NanoUsd
  readonly charges: number
  /** When nobody needs the row any more; null for `total`. */
  readonly forgetAt: number | null
}

export type HoldState = 'held' | 'expired' | 'settled' | 'released' | 'written-off'

/** What is kept of a hold. A closed one stays a while as a tombstone, so that a repeated verb finds its first answer. */
export type HoldRecord = {
  readonly id: string
  readonly state: HoldState
  readonly amount: NanoUsd
  readonly charged: NanoUsd
  /** The amount and caps it was reserved with, as one text; empty when it never was. */
  readonly terms: string
  /** The counters that admitted it, each once. */
  readonly counters: readonly string[]
  /** Null where no limit counts it. */
  readonly takenBy: TakenBy | null
  readonly reservedAt: number
  readonly leaseEndsAt: number
  /** Null while it is held: then nothing forgets it. */
  readonly forgetAt: number | null
}

export interface Books {
  record(id: string): HoldRecord | undefined
  counter(key: string): Counter | undefined
  /** Held records whose lease ended at or before `now`, the earliest first, ties by id. */
  lapsed(now: number, atMost: number): readonly HoldRecord[]
  rate(scope: string): RateRow | undefined
  /** How many held records that scope's limits count whose lease ends after `now`. */
  openHolds(scope: string, now: number): number
}

export type Changes = {
  readonly records: readonly HoldRecord[]
  readonly counters: readonly (readonly [key: string, counter: Counter])[]
  readonly rates: readonly RateRow[]
}

export type Verdict<Outcome> = { readonly outcome: Outcome; readonly changes: Changes }
