/**
 * What an isolate has heard of one node of the operator's own: what it said of itself and when, and what this isolate has
 * asked of it since. A fold over outcomes; its size does not depend on how much was heard.
 *
 * What a node says is a picture of one moment. Between two pictures this isolate knows one thing for certain: the calls that
 * it has itself begun and ended there. They are counted from the moment of the picture on, so that ten calls which come
 * together do not all see the same idle node. What other isolates do meanwhile is nobody's knowledge here; how fast the
 * picture fades for it is the business of `expected-wait.ts`.
 */
import type { NodeLoad } from '../wire/load.ts'

export type NodeView = {
  /** What it last said of itself; null where it never did, as most servers do not. */
  readonly said: NodeLoad | null
  /** When anything that it said was last heard. */
  readonly saidAt: number
  /** Calls of this isolate that it has not ended. */
  readonly underWay: number
  /** Calls of this isolate that were begun since it said so, less those that ended. */
  readonly sinceSaid: number
  /** A moving average of the tokens of its answers. */
  readonly answerTokens: number | null
  /** A moving average of how long its calls take, their waiting included. */
  readonly callMs: number | null
  /** Until when it asked to be passed over: it drains, loads, or is short of memory. */
  readonly awayUntil: number
  /** The length at which its queue turned a call away; null where it never did. */
  readonly fullAt: number | null
  /** Which weights answer there, by its own word. */
  readonly version: string | null
  /** The context of the model that runs there, by its own word. */
  readonly contextTokens: number | null
  /** Nobody looks before then. */
  readonly nextProbeAt: number
  /** Whether it was found to say nothing of its load. */
  readonly silent: boolean
}

export const unknownNode: NodeView = {
  said: null,
  saidAt: Number.NEGATIVE_INFINITY,
  underWay: 0,
  sinceSaid: 0,
  answerTokens: null,
  callMs: null,
  awayUntil: Number.NEGATIVE_INFINITY,
  fullAt: null,
  version: null,
  contextTokens: null,
  nextProbeAt: Number.NEGATIVE_INFINITY,
  silent: false,
}

/** What a look at a node, without a call, has found. */
export type ProbeReport = {
  readonly load: NodeLoad | null
  readonly version: string | null
  readonly contextTokens: number | null
  /** Whether it takes calls at this moment. */
  readonly admits: boolean
}

export function nodeBegan(node: NodeView): NodeView {
  return { ...node, underWay: node.underWay + 1, sinceSaid: node.sinceSaid + 1 }
}

export function nodeSaid(node: NodeView, said: NodeLoad, version: string | null, now: number): NodeView {
  return { ...node, said, saidAt: now, sinceSaid: 0, version: version ?? node.version }
}

/**
 * A whole answer is over when it begins: the load that came with it does not count it any more, and its end, which is
 * heard later, must not be taken off once more.
 */
export function nodeAnsweredWhole(node: NodeView): NodeView {
  return node.said === null ? node : { ...node, sinceSaid: node.sinceSaid + 1 }
}

export function nodeEnded(node: NodeView): NodeView {
  return { ...node, underWay: Math.max(0, node.underWay - 1), sinceSaid: node.sinceSaid - 1 }
}

export function nodeCompleted(node: NodeView, tookMs: number | null, outputTokens: number | null): NodeView {
  return {
    ...nodeEnded(node),
    callMs: averaged(node.callMs, tookMs),
    answerTokens: averaged(node.answerTokens, outputTokens),
  }
}

/** Why a node turned a call away: its line is full, it takes nobody now, or it had no place for a call in such a hurry. */
export type TurnedAway = 'full' | 'not-now' | 'hurry'

/** It answered at once, with its load, and the load does not count the call. A full line is as long as it may grow. */
export function nodeTurnedAway(
  node: NodeView,
  because: TurnedAway,
  retryAfterMs: number | null,
  now: number,
): NodeView {
  const left = { ...node, underWay: Math.max(0, node.underWay - 1) }
  switch (because) {
    case 'hurry':
      return left
    case 'full':
      return { ...left, fullAt: Math.max(1, node.said?.queue ?? 1) }
    case 'not-now':
      return {
        ...left,
        awayUntil: now + Math.min(Math.max(retryAfterMs ?? 0, shortestAwayMs), longestAwayMs),
      }
  }
}

export function nodeProbed(node: NodeView, report: ProbeReport, now: number): NodeView {
  const { load, version, contextTokens, admits } = report
  return {
    ...node,
    ...(load === null ? {} : { said: load, sinceSaid: 0 }),
    saidAt: now,
    silent: load === null,
    version: version ?? node.version,
    contextTokens: contextTokens ?? node.contextTokens,
    awayUntil: admits ? Number.NEGATIVE_INFINITY : now + longestAwayMs,
  }
}

/** Whether it is no candidate by its own word, for as long as that word means anything. */
export function isPassedOver(node: NodeView, now: number): boolean {
  if (now < node.awayUntil) return true
  if (node.said === null || now - node.saidAt > wordHoldsMs) return false
  if ((node.said.memory ?? 0) > mostMemory) return true
  return node.fullAt !== null && node.said.queue + Math.max(0, node.sinceSaid) >= node.fullAt
}

const shortestAwayMs = 500
const longestAwayMs = 10_000

/** Queues and memory change within seconds: a node that nobody asks again would be shut out by an old word for ever. */
const wordHoldsMs = 10_000

/** A local-runtime admits nobody with less than five percent free. */
const mostMemory = 0.95

/** The newest figure has a fifth of the weight. */
export function averaged(before: number | null, newest: number | null): number | null {
  if (newest === null) return before
  return before === null ? newest : before * 0.8 + newest * 0.2
}
