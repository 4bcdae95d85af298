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
  /** How far first tokens lie from that, on the same average; left out before the first one. */
  readonly firstTokenSpreadMs?: number
  /** Of answers that came whole, where somebody timed them. */
  readonly wholeMs?: number
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
  /** `wholeMs` says how long an answer took that came whole, where somebody asks whether two fit a caller's time. */
  | { readonly type: 'answer-complete'; readonly wholeMs?: number }
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
        : { ...health, breaker, firstTokenMs, firstTokenSpreadMs: spreadOf(health, outcome.firstTokenMs) }
    }
    case 'answer-complete': {
      const breaker = succeeded(health.breaker, now)
      const { wholeMs } = outcome
      if (wholeMs !== undefined) {
        return { ...health, breaker, wholeMs: averaged(health.wholeMs ?? null, wholeMs) ?? wholeMs }
      }
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

/**
 * The time within which about nineteen of twenty first tokens have lately come; null before one was heard. Two and a half
 * mean deviations above the mean: 2.06 would do for a bell curve, 2.7 for one that falls off like a queue's.
 */
export function firstTokenP95Ms({ firstTokenMs, firstTokenSpreadMs }: Health): number | null {
  return firstTokenMs === null ? null : firstTokenMs + 2.5 * (firstTokenSpreadMs ?? 0)
}

function spreadOf({ firstTokenMs, firstTokenSpreadMs }: Health, newest: number | null): number {
  // A single time tells no spread: half of it, as TCP begins with its round trips.
  if (firstTokenMs === null) return (newest ?? 0) / 2
  const before = firstTokenSpreadMs ?? firstTokenMs / 2
  return newest === null ? before : before * 0.8 + Math.abs(newest - firstTokenMs) * 0.2
}

/** Whether what is known of it stays as it is until something is heard. */
export function isLasting({ breaker, load }: Health): boolean {
  return breaker.restUntil === null && load === null
}

function averaged(before: number | null, newest: number | null): number | null {
  if (newest === null) return before
  return before === null ? newest : before * 0.8 + newest * 0.2
}
