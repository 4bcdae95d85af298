/** What a policy is asked to keep, and how far one that was found keeps it. */
import { NearsideError } from '@nearside/core'
import type { Figures } from './figures.ts'

export type Objectives = {
  /** From 0 to 1; a part of the strong model's where `ofStrong`. */
  readonly quality: number
  readonly ofStrong: boolean
  /** The most that a request may cost on average. */
  readonly maxUsd: number | null
  readonly maxJoules: number | null
  readonly p95Ms: number | null
}

export type Kept = {
  readonly objective: 'quality' | 'cost' | 'energy' | 'latency'
  readonly wanted: number
  /** Null where nothing is known of it, which keeps no objective. */
  readonly found: number | null
  readonly met: boolean
  /** By how much it is missed; 0 where it is met, null where that is unknown. */
  readonly missedBy: number | null
}

export function keptOf(objectives: Objectives, figures: Figures, strongQuality: number): readonly Kept[] {
  const { quality, ofStrong, maxUsd, maxJoules, p95Ms } = objectives
  const reached = ofStrong ? figures.quality / strongQuality : figures.quality
  const atMost = (
    objective: Kept['objective'],
    wanted: number | null,
    found: number | null,
  ): readonly Kept[] => {
    if (wanted === null) return []
    if (found === null) return [{ objective, wanted, found, met: false, missedBy: null }]
    return [{ objective, wanted, found, met: found <= wanted, missedBy: Math.max(0, found - wanted) }]
  }
  return [
    {
      objective: 'quality',
      wanted: quality,
      found: reached,
      met: reached >= quality,
      missedBy: Math.max(0, quality - reached),
    },
    ...atMost('cost', maxUsd, figures.usd),
    ...atMost('energy', maxJoules, figures.joules),
    ...atMost('latency', p95Ms, figures.p95Ms),
  ]
}

/** A share of nothing is kept by every policy. */
export function refuseNothingRight({ ofStrong }: Objectives, strongQuality: number): void {
  if (!ofStrong || strongQuality > 0) return
  throw new NearsideError(
    'bad-options',
    'The strong model has nothing right, so there is no quality to keep a share of: look at the references and the checker, or ask for --absolute quality.',
  )
}

/** Of latency, the share of requests that may be slower: that of a 95th percentile. */
export const slowShare = 0.05
