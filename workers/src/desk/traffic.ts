/**
 * What this isolate has placed lately, for the rule that an outage on premises is no bill. Two minutes are kept, this one
 * and the last, and nothing at all while the policy lets everything move.
 */
import type { Plan, Policy, Step, Traffic } from '@nearside/core'

export type TrafficCount = {
  /** Null where the policy does not ask. */
  view(policy: Policy): Traffic | null
  /** Counts a request, and at once whether it moves: those decided before it has an answer must know. */
  placed(plan: Plan, policy: Policy): void
  /** Counts a move that came of a failure on the way. */
  served(plan: Plan, step: Step, policy: Policy): void
}

const minuteMs = 60_000

export function openTraffic(now: () => number): TrafficCount {
  let minute = 0
  let requests = 0
  let before = 0
  let moved = 0

  function turn(): void {
    const current = Math.floor(now() / minuteMs)
    if (current === minute) return
    before = current === minute + 1 ? requests : 0
    requests = 0
    moved = 0
    minute = current
  }

  return {
    view(policy) {
      if (policy.frontierShareWhenLocalDown >= 1) return null
      turn()
      return { requests: Math.max(requests, before), moved }
    },
    placed(plan, policy) {
      if (policy.frontierShareWhenLocalDown >= 1) return
      turn()
      requests++
      if (plan.kind === 'serve' && hasMoved(plan, plan.steps[0])) moved++
    },
    served(plan, step, policy) {
      if (policy.frontierShareWhenLocalDown >= 1 || plan.kind === 'refuse' || hasMoved(plan, plan.steps[0]))
        return
      turn()
      if (hasMoved(plan, step)) moved++
    },
  }
}

/** From a local tier that is there: where there is none, the frontier's answers are what was always paid for. */
function hasMoved(plan: Plan & { kind: 'serve' }, { tier }: Step): boolean {
  if (plan.wished !== 'local' || tier !== 'frontier') return false
  return [...plan.steps, ...plan.fallbacks].some((step) => step.tier === 'local')
}
