/**
 * Which nodes are looked at behind an answer.
 *
 * An isolate has no timers: between requests nothing runs. So a look rides on a request that is over anyway, and only where it
 * tells something: the node's word is old, or it was passed over and may be back. At most one look for each node and interval,
 * which is stretched at random, so that isolates which began together do not look together for ever.
 */
import type { BreakerLimits } from './breaker.ts'
import { type Health, standing } from './health.ts'

export type ProbeLimits = {
  /** The least time between two looks at one node. */
  readonly everyMs: number
  /** After so long without a word a node is looked at. */
  readonly oldMs: number
  /** Nodes looked at behind one answer: it shares the connections of its request. */
  readonly most: number
}

export const probeLimits: ProbeLimits = { everyMs: 5_000, oldMs: 2_000, most: 4 }

/** By name, those of which least is known first. */
export function probesDue(
  nodes: Iterable<readonly [name: string, health: Health]>,
  limits: BreakerLimits,
  now: number,
  { oldMs, most }: ProbeLimits = probeLimits,
): readonly string[] {
  const due: { readonly name: string; readonly saidAt: number }[] = []
  for (const [name, health] of nodes) {
    const { node, breaker } = health
    if (node === null || now < node.nextProbeAt) continue
    // While a trial is under way it finds out what there is to know.
    const onTrial = breaker.trialSince !== null && now - breaker.trialSince < limits.trialMs
    if (onTrial) continue
    const shut = standing(health, limits, now) !== 'ready'
    if (shut || (!node.silent && now - node.saidAt > oldMs)) due.push({ name, saidAt: node.saidAt })
  }
  if (due.length === 0) return none
  return due
    .toSorted((a, b) => a.saidAt - b.saidAt || 0)
    .slice(0, most)
    .map(({ name }) => name)
}

const none: readonly string[] = []

/** When the node may be looked at again, `draw` being from 0 to 1. */
export function nextProbeAt(now: number, draw: number, { everyMs }: ProbeLimits = probeLimits): number {
  return now + everyMs * (1 + draw / 2)
}
