/** Who keeps the verdicts that this isolate hears of and makes something of them: the isolate for itself, or all together. */
import type { KindNow, Privacy, ThresholdTerms, VerdictCounts } from '@nearside/core'
import type { Metrics } from '../metrics/metrics.ts'
import type { MovedThreshold } from './verdict-store.ts'

export type KeeperTerms = {
  /** The judge's name in the ledger. */
  readonly tenant: string
  readonly window: number
  readonly level: number
  readonly thresholds: ThresholdTerms | null
}

/** Of which answer a verdict is, as far as a keeper needs to know. */
export type VerdictOf = {
  readonly task: string
  readonly privacy: Privacy
  /** How often its kind's threshold had moved when it was given, as far as its isolate had heard. */
  readonly epoch: number
}

export type Taken = {
  readonly kind: string
  /** What counts now, this verdict with it where it counts. */
  readonly counts: VerdictCounts
  /** Whether it was this verdict that gave the alarm. */
  readonly alarmed: boolean
  /** The move that it made. */
  readonly move: MovedThreshold | null
}

export type Keeper = {
  /** As last heard. */
  readonly kinds: ReadonlyMap<string, KindNow>
  /** Never fails. */
  take(of: VerdictOf, verdict: VerdictCounts): Promise<Taken>
  /** Hears what others have told, behind an answer, unless that was heard lately. */
  lookUp(privacy: Privacy, waitUntil: (work: Promise<unknown>) => void): void
}

/** A book that isolates share, as a host hands it in: it brings the code that it needs. */
export type SharedBook = {
  open(terms: KeeperTerms, now: () => number, metrics: Pick<Metrics, 'registry'>): Keeper
}
