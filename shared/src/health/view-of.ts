/** A target as the decision sees it: what it is, joined with what was heard of it. */
import type { Target, TargetView } from '../plan/target.ts'
import type { BreakerLimits } from './breaker.ts'
import { type Health, standing } from './health.ts'

/** What is drawn or summed up for the whole fleet and not known of one target alone. */
export type Standpoint = {
  readonly limits: BreakerLimits
  readonly now: number
  readonly expectedWaitMs: number | null
  readonly lot: number
}

export function viewOf(
  target: Target,
  health: Health,
  { limits, now, expectedWaitMs, lot }: Standpoint,
): TargetView {
  const { node, firstTokenMs } = health
  return {
    ...target,
    // A node knows best how much its model takes.
    contextTokens: Math.min(target.contextTokens, node?.contextTokens ?? target.contextTokens),
    standing: standing(health, limits, now),
    firstTokenMs,
    ...((node?.version ?? null) === null ? {} : { version: node!.version }),
    ...(health.wholeMs === undefined ? {} : { wholeMs: health.wholeMs }),
    expectedWaitMs,
    lot,
  }
}
