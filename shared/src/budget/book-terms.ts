/** How long the books remember, and how much a verb clears up on its way. */
export type BookTerms = {
  /** How long a closed hold is remembered: longer than any retry of a verb can live. @default 15 minutes */
  readonly tombstoneMs: number
  /** How long money that lapsed can be settled late or written off. @default 400 days */
  readonly expiredMs: number
  /** How long a window's sums are kept after its end. @default 2 days */
  readonly pastWindowMs: number
  /** Lapsed holds cleared up in one go: an unbounded sweep would stop the ledger after an outage. @default 128 */
  readonly sweepBatch: number
}

export const defaultBookTerms: BookTerms = {
  tombstoneMs: 15 * 60_000,
  expiredMs: 400 * 24 * 3_600_000,
  pastWindowMs: 2 * 24 * 3_600_000,
  sweepBatch: 128,
}
