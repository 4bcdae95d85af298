/**
 * When verdicts mean that quality has fallen below what the operator stated, and when that it is safely above.
 *
 * It is asked after each verdict, and whoever looks often enough sees everything once. So it takes an interval of three
 * standard deviations, where 1.96 are reported: with the level really kept, few of a hundred windows raise an alarm.
 */
import { qualityStanding, type VerdictCounts } from './tally.ts'

export type Drift = 'below' | 'above' | 'unsure'

const deviations = 3

export function driftOf(counts: VerdictCounts, level: number): Drift {
  const { low, high } = qualityStanding(counts, deviations)
  return high < level ? 'below' : low > level ? 'above' : 'unsure'
}
