/** What the verdicts on a kind of task call for: the alarm given or called off, and a threshold moved. */
import { driftOf } from './drift.ts'
import type { KindNow } from './kept-kind.ts'
import { type ThresholdMove, type ThresholdTerms, thresholdMove } from './threshold.ts'

export type KindStep = {
  /** Whether it is surely below the level; a move begins anew, with no alarm. */
  readonly below: boolean
  /** Null where the threshold stays. */
  readonly move: ThresholdMove | null
}

/** Without `thresholds` none is moved. */
export function kindStep(
  { counts, offset }: Pick<KindNow, 'counts' | 'offset'>,
  level: number,
  thresholds: ThresholdTerms | null,
): KindStep {
  const drift = driftOf(counts, level)
  return { below: drift === 'below', move: thresholds && thresholdMove(offset, drift, thresholds) }
}
