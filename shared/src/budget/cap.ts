/**
 * A cap: what a scope may spend in a window of time.
 *
 * `CapTerms` is what an operator writes, `Cap` what the ledger rests on: every field filled, the time zone turned
 * into its table. A hard cap refuses; a soft one lets the call pass and reports it.
 */
import type { NanoUsd } from '../price/nano-usd.ts'
import type { ZoneTable } from './zone-table.ts'

export const capWindows = ['hour', 'day', 'month', 'total'] as const
export type CapWindow = (typeof capWindows)[number]

export const capKinds = ['hard', 'soft'] as const
export type CapKind = (typeof capKinds)[number]

export type Cap = {
  /** Who or what spends, within a tenant: `account`, `key:…`, `user:…`, `model:…`. No person's name: it is stored. */
  readonly scope: string
  readonly window: CapWindow
  readonly limit: NanoUsd
  readonly kind: CapKind
  readonly zone: ZoneTable
  /** Whether money of holds that lapsed unsettled counts as spent: a Worker that died after sending was probably billed. */
  readonly countsExpired: boolean
}

export type CapTerms = {
  /** Letters, digits and `. _ : @ / -`, at most 128. */
  readonly scope: string
  readonly window: CapWindow
  readonly limit: NanoUsd
  /** @default 'hard' */
  readonly kind?: CapKind
  /** Whose calendar hours, days and months are meant, by its IANA name. @default 'UTC' */
  readonly timeZone?: string
  /** @default true */
  readonly countsExpired?: boolean
}
