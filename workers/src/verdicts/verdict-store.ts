/**
 * The port behind the judge's verdicts: what is counted for each kind of task, how far its threshold is moved, and the log of
 * moves.
 *
 * A book belongs to one judge, by the name that it has in the ledger. Nothing in it is of a text or of a caller: names of
 * kinds of tasks, whole numbers and times. Each verb is atomic; none is asked for on the way of a request.
 */
import type {
  KeepTerms,
  KindChange,
  KindNow,
  QualityStanding,
  ThresholdMove,
  VerdictCounts,
} from '@nearside/core'

export type MovedThreshold = ThresholdMove & {
  readonly task: string
  readonly at: number
  readonly standing: QualityStanding
}

export type KindHeard = KindNow & { readonly kind: string }

export type AddedVerdict = KindHeard & {
  /** False where its answer was given under a threshold that has moved since. */
  readonly counted: boolean
}

export interface VerdictStore {
  /** Counts a verdict whose answer was given in `epoch`, and tells how its kind stands then: `other` where there are too many. */
  add(
    book: string,
    kind: string,
    verdict: VerdictCounts,
    epoch: number,
    terms: KeepTerms,
  ): Promise<AddedVerdict>
  /** Changes the kind where it still is as it was; else false. A move is put into the log. */
  change(book: string, kind: string, change: KindChange, move: MovedThreshold | null): Promise<boolean>
  /** Every kind that had a verdict in the last `keepMs`. */
  read(book: string, keepMs: number): Promise<readonly KindHeard[]>
  /** The newest moves, the newest last. */
  moves(book: string): Promise<readonly MovedThreshold[]>
}

/** A host's own judge may name kinds without end; those after these are `otherKind`. */
export const mostKinds = 100
export const otherKind = 'other'

export const mostMoves = 100

/** No sentence: what is kept elsewhere says nothing of a text, whatever a host's judge calls its kinds. */
export function isKindName(kind: string): boolean {
  return /^[\w.:-]{1,64}$/.test(kind)
}
