/**
 * What the last verdicts on one kind of task say together: how often the near answer was no worse than the reference,
 * with Wilson's interval, which holds for few verdicts and for shares near one, where the usual one does not.
 *
 * A tally keeps the newest verdicts only: what a model was good at last month says nothing of today's.
 */
import type { QualityVerdict } from './verdict.ts'

export type Tally = {
  /** The newest last. */
  readonly verdicts: readonly QualityVerdict[]
}

export type QualityStanding = {
  readonly verdicts: number
  /** The share of near answers that were better or as good. */
  readonly share: number
  readonly low: number
  readonly high: number
  /** Mean grades, from 1 to 5; null where there are none. */
  readonly near: number | null
  readonly reference: number | null
}

export const emptyTally: Tally = { verdicts: [] }

export function afterVerdict({ verdicts }: Tally, verdict: QualityVerdict, most: number): Tally {
  return { verdicts: [...verdicts.slice(Math.max(0, verdicts.length + 1 - most)), verdict] }
}

/** `deviations` is how many standard deviations the interval reaches: 1.96 covers 95 of 100. */
export function qualityStanding({ verdicts }: Tally, deviations = 1.96): QualityStanding {
  const count = verdicts.length
  const good = verdicts.filter(({ outcome }) => outcome !== 'worse').length
  return {
    verdicts: count,
    share: count === 0 ? 0 : good / count,
    ...wilson(good, count, deviations),
    near: mean(verdicts.map(({ near }) => near)),
    reference: mean(verdicts.map(({ reference }) => reference)),
  }
}

/** Of nothing, anything may be true. */
export function wilson(
  successes: number,
  trials: number,
  deviations: number,
): { readonly low: number; readonly high: number } {
  if (trials === 0) return { low: 0, high: 1 }
  const share = successes / trials
  const square = deviations ** 2
  const spread = 1 + square / trials
  const centre = (share + square / (2 * trials)) / spread
  const half = (deviations / spread) * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials ** 2))
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
