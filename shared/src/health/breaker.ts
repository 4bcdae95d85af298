/**
 * A circuit breaker as a fold: what happened goes in, the next state comes out.
 *
 * An isolate has no timers between requests, so nothing fires when a rest is over: the standing is computed from
 * the time it is asked for. After a rest one call is let through to find out; if it fails, the next rest is twice
 * as long, up to a limit. A trial whose outcome was never heard (its isolate was put away) counts as over after
 * a while, so that no upstream is left resting for ever.
 *
 * An answer that has begun ends a rest, but only one that is complete wipes the failures out: an upstream that begins
 * each answer and breaks it off would otherwise count as one that works.
 */
import type { Standing } from '../plan/target.ts'

export type Breaker = {
  readonly failures: number
  readonly restUntil: number | null
  readonly restMs: number
  readonly trialSince: number | null
}

export const closedBreaker: Breaker = { failures: 0, restUntil: null, restMs: 0, trialSince: null }

export type BreakerLimits = {
  /** Failures in a row that open the breaker. @default 5 */
  readonly failures: number
  /** The first rest. @default 5000 */
  readonly restMs: number
  /** The longest rest. @default 60000 */
  readonly longestRestMs: number
  /** After this long a trial without an outcome is forgotten. @default 30000 */
  readonly trialMs: number
}

export const defaultBreakerLimits: BreakerLimits = {
  failures: 5,
  restMs: 5_000,
  longestRestMs: 60_000,
  trialMs: 30_000,
}

export function standingOf(breaker: Breaker, limits: BreakerLimits, now: number): Standing {
  if (breaker.restUntil === null) return 'ready'
  if (now < breaker.restUntil) return 'resting'
  const onTrial = breaker.trialSince !== null && now - breaker.trialSince < limits.trialMs
  return onTrial ? 'resting' : 'trying'
}

/** How long it will still rest, as far as is known; null where it does not. A trial mostly ends soon. */
export function restLeftMs(breaker: Breaker, limits: BreakerLimits, now: number): number | null {
  if (breaker.restUntil === null || standingOf(breaker, limits, now) !== 'resting') return null
  return now < breaker.restUntil ? breaker.restUntil - now : soonMs
}

const soonMs = 1_000

/** Notes that the one call which finds out is under way: until it is over, the others see a resting upstream. */
export function trialBegun(breaker: Breaker, now: number): Breaker {
  return { ...breaker, trialSince: now }
}

/** Ends a trial that found nothing out: its request was refused, or its client left. The next call is one. */
export function trialOver(breaker: Breaker): Breaker {
  return breaker.trialSince === null ? breaker : { ...breaker, trialSince: null }
}

/**
 * A look at a resting upstream found it alive: its rest is over, and the next call finds out whether it works. If that
 * fails, the next rest is twice as long all the same.
 */
export function restCutShort(breaker: Breaker, now: number): Breaker {
  if (breaker.restUntil === null) return breaker
  return { ...breaker, restUntil: Math.min(breaker.restUntil, now), trialSince: null }
}

export function answering(breaker: Breaker): Breaker {
  if (breaker.restUntil === null) return breaker
  return { ...breaker, restUntil: null, restMs: 0, trialSince: null }
}

/** A call that was under way when the rest began does not end it. */
export function succeeded(breaker: Breaker, now: number): Breaker {
  return breaker.restUntil !== null && now < breaker.restUntil ? breaker : closedBreaker
}

export function failed(breaker: Breaker, limits: BreakerLimits, now: number): Breaker {
  const failures = breaker.failures + 1
  const trialFailed = breaker.restUntil !== null && now >= breaker.restUntil
  if (failures < limits.failures && !trialFailed) return { ...breaker, failures }
  // Failures of calls that were under way when the breaker opened do not lengthen the rest.
  if (breaker.restUntil !== null && !trialFailed) return { ...breaker, failures }
  const restMs = trialFailed ? Math.min(breaker.restMs * 2, limits.longestRestMs) : limits.restMs
  return { failures, restUntil: now + restMs, restMs, trialSince: null }
}
