/** A decision with all that it was made from, as this isolate knows it at this moment: the record and `/v1/route` tell the same. */
import {
  decide,
  type Plan,
  type Policy,
  type Signals,
  type TargetView,
  type Traffic,
  type Wishes,
} from '@nearside/core'
import type { Desk } from './desk.ts'

export type Decision = {
  readonly plan: Plan
  readonly field: readonly TargetView[]
  readonly policy: Policy
  readonly policyHash: string
  readonly traffic: Traffic | null
}

export function decideNow(signals: Signals, wishes: Wishes, desk: Desk): Decision {
  const policy = policyFor(signals, desk)
  const field = desk.field()
  const traffic = desk.traffic.view(policy)
  const plan = decide(signals, wishes, policy, field, traffic)
  return { plan, field, policy, policyHash: desk.options.policyHash, traffic }
}

/** Decides for a request that is then carried out, which counts. */
export function placeNow(signals: Signals, wishes: Wishes, desk: Desk): Decision {
  const decision = decideNow(signals, wishes, desk)
  desk.traffic.placed(decision)
  return decision
}

/** Where verdicts have moved the thresholds of several kinds of turn, the one that was moved furthest towards the frontier holds. */
function policyFor({ task, kinds }: Signals, desk: Desk): Policy {
  if (kinds === undefined) return desk.policyFor(task)
  return kinds
    .map((kind) => desk.policyFor(kind.task))
    .reduce((strictest, policy) => (policy.frontierFrom < strictest.frontierFrom ? policy : strictest))
}
