/**
 * What verdicts on one kind of task say together: how often the near answer was no worse than the reference, with
 * Wilson's interval, which holds for few verdicts and for shares near one, where the usual one does not.
 *
 * Counted are whole numbers alone, so that a count which many add to is exactly the sum of what each of them added.
 */
import type { QualityVerdict } from './verdict.ts'

export type VerdictCounts = {
  readonly verdicts: number
  /** Of answers that were better or as good. */
  readonly good: number
  /** Sums of mean grades, in sixths: each is the mean of six grades. */
  readonly near: number
  readonly reference: number
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

export const noVerdicts: VerdictCounts = { verdicts: 0, good: 0, near: 0, reference: 0 }

export function countsOf({ outcome, near, reference }: QualityVerdict): VerdictCounts {
  return {
    verdicts: 1,
    good: outcome === 'worse' ? 0 : 1,
    near: Math.round(near * 6),
    reference: Math.round(reference * 6),
  }
}

export function sumOfCounts(all: readonly VerdictCounts[]): VerdictCounts {
  const sum = { ...noVerdicts }
  for (const one of all) for (const name of names) sum[name] += one[name]
  return sum
}

const names = ['verdicts', 'good', 'near', 'reference'] as const

/** `deviations` is how many standard deviations the interval reaches: 1.96 covers 95 of 100. */
export function qualityStanding(
  { verdicts, good, near, reference }: VerdictCounts,
  deviations = 1.96,
): QualityStanding {
  return {
    verdicts,
    share: good / verdicts || 0,
    ...wilson(good, verdicts, deviations),
    // The lowest grade is 1, so that there is none only where nothing was judged.
    near: near / 6 / verdicts || null,
    reference: reference / 6 / verdicts || null,
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
