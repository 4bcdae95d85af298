/**
 * What an isolate has heard of one upstream: its breaker, how long its first tokens take and, of a node of the operator's
 * own, what is known of its load. A fold over outcomes, so that it can be kept anywhere and replayed.
 */
import type { Standing } from '../plan/target.ts'
import type { NodeLoad } from '../wire/load.ts'
import {
  answering,
  type Breaker,
  type BreakerLimits,
  closedBreaker,
  failed,
  restCutShort,
  standingOf,
  succeeded,
  trialBegun,
  trialOver,
} from './breaker.ts'
import {
  averaged,
  isPassedOver,
  type NodeView,
  nodeAnsweredWhole,
  nodeBegan,
  nodeCompleted,
  nodeEnded,
  nodeProbed,
  nodeSaid,
  nodeTurnedAway,
  type ProbeReport,
  type TurnedAway,
  unknownNode,
} from './node-view.ts'

export type Health = {
  readonly breaker: Breaker
  /** A moving average that gives the newest answer a fifth of the weight. */
  readonly firstTokenMs: number | null
  /** How far first tokens lie from that, on the same average; left out before the first one. */
  readonly firstTokenSpreadMs?: number
  /** Of answers that came whole, where somebody timed them. */
  readonly wholeMs?: number
  /** Null where it is no node of the operator's own. */
  readonly node: NodeView | null
}

export const unknownHealth: Health = { breaker: closedBreaker, firstTokenMs: null, node: null }
export const unknownNodeHealth: Health = { breaker: closedBreaker, firstTokenMs: null, node: unknownNode }

export type Outcome =
  | { readonly type: 'call-begun' }
  /** A node said how busy it is, in a good answer or in a bad one. */
  | { readonly type: 'load-told'; readonly load: NodeLoad; readonly version?: string | null }
  /** `firstTokenMs` is null where the answer came whole: that time says how long the answer was. */
  | { readonly type: 'answer-begun'; readonly firstTokenMs: number | null }
  | {
      readonly type: 'answer-complete'
      /** When the call was begun. */
      readonly askedAt?: number
      readonly outputTokens?: number | null
    }
  /** How long an answer took that came whole, where somebody asks whether two fit a caller's time. */
  | { readonly type: 'answer-timed'; readonly wholeMs: number }
  /** Before the answer began or in its middle. */
  | { readonly type: 'call-failed' }
  /** It ended in a way that says nothing of the upstream: the request was refused, or the client left. */
  | { readonly type: 'call-undecided' }
  /** A node said at once, with its load, that it does not take the call. It works. */
  | {
      readonly type: 'call-turned-away'
      readonly because: TurnedAway
      readonly retryAfterMs: number | null
    }
  /** Somebody looks at a node, and nobody else may before then. */
  | { readonly type: 'probe-begun'; readonly nextProbeAt: number }
  | { readonly type: 'probe-answered'; readonly report: ProbeReport }
  | { readonly type: 'probe-failed' }

export function afterOutcome(health: Health, outcome: Outcome, limits: BreakerLimits, now: number): Health {
  const breaker = breakerAfter(health.breaker, outcome, limits, now)
  const node = health.node === null ? null : nodeAfter(health.node, outcome, now)
  if (outcome.type === 'answer-begun' && outcome.firstTokenMs !== null) {
    const firstTokenMs = averaged(health.firstTokenMs, outcome.firstTokenMs)
    return {
      ...health,
      breaker,
      node,
      firstTokenMs,
      firstTokenSpreadMs: spreadOf(health, outcome.firstTokenMs),
    }
  }
  if (outcome.type === 'answer-timed') {
    return { ...health, wholeMs: averaged(health.wholeMs ?? null, outcome.wholeMs) ?? outcome.wholeMs }
  }
  return breaker === health.breaker && node === health.node ? health : { ...health, breaker, node }
}

function breakerAfter(breaker: Breaker, outcome: Outcome, limits: BreakerLimits, now: number): Breaker {
  switch (outcome.type) {
    case 'call-begun':
    case 'probe-begun':
      return standingOf(breaker, limits, now) === 'trying' ? trialBegun(breaker, now) : breaker
    case 'answer-begun':
      return answering(breaker)
    case 'answer-complete':
      return succeeded(breaker, now)
    case 'call-failed':
    case 'probe-failed':
      return failed(breaker, limits, now)
    case 'call-undecided':
    case 'call-turned-away':
      return trialOver(breaker)
    case 'probe-answered':
      return restCutShort(breaker, now)
    case 'answer-timed':
    case 'load-told':
      return breaker
  }
}

function nodeAfter(node: NodeView, outcome: Outcome, now: number): NodeView {
  switch (outcome.type) {
    case 'call-begun':
      return nodeBegan(node)
    case 'load-told':
      return nodeSaid(node, outcome.load, outcome.version ?? null, now)
    case 'answer-begun':
      return outcome.firstTokenMs === null ? nodeAnsweredWhole(node) : node
    case 'answer-complete': {
      const tookMs = outcome.askedAt === undefined ? null : now - outcome.askedAt
      return nodeCompleted(node, tookMs, outcome.outputTokens ?? null)
    }
    case 'call-failed':
    case 'call-undecided':
      return nodeEnded(node)
    case 'call-turned-away':
      return nodeTurnedAway(node, outcome.because, outcome.retryAfterMs, now)
    case 'probe-begun':
      return { ...node, nextProbeAt: outcome.nextProbeAt }
    case 'probe-answered':
      return nodeProbed(node, outcome.report, now)
    case 'answer-timed':
    case 'probe-failed':
      return node
  }
}

/** A node that asks to be passed over stands like one that rests: behind all others. */
export function standing({ breaker, node }: Health, limits: BreakerLimits, now: number): Standing {
  const standing = standingOf(breaker, limits, now)
  return node !== null && standing === 'ready' && isPassedOver(node, now) ? 'resting' : standing
}

/**
 * The time within which about nineteen of twenty first tokens have lately come; null before one was heard. Two and a half
 * mean deviations above the mean: 2.06 would do for a bell curve, 2.7 for one that falls off like a queue's.
 */
export function firstTokenP95Ms({ firstTokenMs, firstTokenSpreadMs }: Health): number | null {
  return firstTokenMs === null ? null : firstTokenMs + 2.5 * (firstTokenSpreadMs ?? 0)
}

function spreadOf({ firstTokenMs, firstTokenSpreadMs }: Health, newest: number): number {
  // A single time tells no spread: half of it, as TCP begins with its round trips.
  if (firstTokenMs === null) return newest / 2
  const before = firstTokenSpreadMs ?? firstTokenMs / 2
  return before * 0.8 + Math.abs(newest - firstTokenMs) * 0.2
}

/** Whether what is known of it stays as it is until something is heard. */
export function isLasting({ breaker, node }: Health): boolean {
  return breaker.restUntil === null && node === null
}
