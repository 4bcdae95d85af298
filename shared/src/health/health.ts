/**
 * What an isolate has heard of one upstream: its breaker, how long its first tokens take, and the load it told.
 * A fold over outcomes, so that it can be kept anywhere and replayed.
 */
import type { Standing } from '../plan/target.ts'
import type { NodeLoad } from '../wire/load.ts'
import {
  type Breaker,
  type BreakerLimits,
  closedBreaker,
  failed,
  standingOf,
  succeeded,
  trialBegun,
} from './breaker.ts'

export type Health = {
  readonly breaker: Breaker
  /** A moving average that gives the newest answer a fifth of the weight. */
  readonly firstTokenMs: number | null
  /** What a local node last said of itself. */
  readonly load: { readonly said: NodeLoad; readonly at: number } | null
}

export const unknownHealth: Health = { breaker: closedBreaker, firstTokenMs: null, load: null }

export type Outcome =
  | { readonly type: 'call-begun' }
  | { readonly type: 'answer-begun'; readonly firstTokenMs: number; readonly load: NodeLoad | null }
  | { readonly type: 'call-failed' }

export function afterOutcome(health: Health, outcome: Outcome, limits: BreakerLimits, now: number): Health {
  switch (outcome.type) {
    case 'call-begun':
      return standingOf(health.breaker, limits, now) === 'trying'
        ? { ...health, breaker: trialBegun(health.breaker, now) }
        : health
    case 'answer-begun':
      return {
        breaker: succeeded(),
        firstTokenMs: averaged(health.firstTokenMs, outcome.firstTokenMs),
        load: outcome.load === null ? health.load : { said: outcome.load, at: now },
      }
    case 'call-failed':
      return { ...health, breaker: failed(health.breaker, limits, now) }
  }
}

export function standing(health: Health, limits: BreakerLimits, now: number): Standing {
  return standingOf(health.breaker, limits, now)
}

/** How many requests a slot of the node had, when it last said so; null where that is too long ago to mean anything. */
export function requestsPerSlot({ load }: Health, now: number): number | null {
  if (load === null || now - load.at > loadHoldsMs) return null
  return (load.said.queue + load.said.slotsBusy) / Math.max(1, load.said.slots)
}

const loadHoldsMs = 10_000

function averaged(before: number | null, newest: number): number {
  return before === null ? newest : before * 0.8 + newest * 0.2
}
