/** What the verdicts on a kind of task call for: the alarm given or called off, and a threshold moved. */
import { driftOf } from './drift.ts'
import type { KindNow } from './kept-kind.ts'
import { type ThresholdMove, type ThresholdTerms, thresholdMove } from './threshold.ts'

export type KindStep = {
  /** Whether it is surely below the level; a move begins anew, with no alarm. */
  readonly below: boolean
  readonly move: ThresholdMove | null
}

/** Null where nothing changes. Without `thresholds` none is moved. */
export function kindStep(
  { counts, offset, below }: Pick<KindNow, 'counts' | 'offset' | 'below'>,
  level: number,
  thresholds: ThresholdTerms | null,
): KindStep | null {
  const drift = driftOf(counts, level)
  const move = thresholds === null ? null : thresholdMove(offset, drift, thresholds)
  const isBelow = drift === 'below'
  return move === null && isBelow === below ? null : { below: isBelow, move }
}
