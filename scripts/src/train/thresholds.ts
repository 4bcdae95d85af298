/**
 * Where the experts abstain: set on rows that the model had not seen, so that it abstains on a tenth of those at most.
 */
import type { ClassifierThresholds, Heads } from '@nearside/core'
import { quantile } from '../measure/routing.ts'

const falseAlarms = 0.095
/** With fourteen kinds, a likeliest one below this is as good as guessed. */
const taskBelow = 0.15

export function abstainThresholds(heads: readonly Heads[]): ClassifierThresholds {
  const novelty = Float64Array.from(heads, (head) => head.novelty).sort()
  return { novelAbove: quantile(novelty, 1 - falseAlarms), taskBelow }
}
