/**
 * What an isolate has heard of one upstream: its breaker, how long its first tokens take, and the load it told.
 * A fold over outcomes, so that it can be kept anywhere and replayed.
 */
import type { Standing } from '../plan/target.ts'
import type { NodeLoad } from '../wire/load.ts'
import {
  answering,
  type Breaker,
  type BreakerLimits,
  closedBreaker,
  failed,
  standingOf,
  succeeded,
  trialBegun,
  trialOver,
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
  /** A node said how busy it is, in a good answer or in a bad one. */
  | { readonly type: 'load-told'; readonly load: NodeLoad }
  /** `firstTokenMs` is null where the answer came whole: that time says how long the answer was. */
  | { readonly type: 'answer-begun'; readonly firstTokenMs: number | null }
  | { readonly type: 'answer-complete' }
  /** Before the answer began or in its middle. */
  | { readonly type: 'call-failed' }
  /** It ended in a way that says nothing of the upstream: the request was refused, or the client left. */
  | { readonly type: 'call-undecided' }

export function afterOutcome(health: Health, outcome: Outcome, limits: BreakerLimits, now: number): Health {
  switch (outcome.type) {
    case 'call-begun':
      return standingOf(health.breaker, limits, now) === 'trying'
        ? { ...health, breaker: trialBegun(health.breaker, now) }
        : health
    case 'answer-begun': {
      const firstTokenMs = averaged(health.firstTokenMs, outcome.firstTokenMs)
      const breaker = answering(health.breaker)
      return breaker === health.breaker && firstTokenMs === health.firstTokenMs
        ? health
        : { ...health, breaker, firstTokenMs }
    }
    case 'answer-complete': {
      const breaker = succeeded(health.breaker, now)
      return breaker === health.breaker ? health : { ...health, breaker }
    }
    case 'call-failed':
      return { ...health, breaker: failed(health.breaker, limits, now) }
    case 'call-undecided':
      return { ...health, breaker: trialOver(health.breaker) }
    case 'load-told':
      return { ...health, load: { said: outcome.load, at: now } }
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

/** Whether what is known of it stays as it is until something is heard. */
export function isLasting({ breaker, load }: Health): boolean {
  return breaker.restUntil === null && load === null
}

function averaged(before: number | null, newest: number | null): number | null {
  if (newest === null) return before
  return before === null ? newest : before * 0.8 + newest * 0.2
}
