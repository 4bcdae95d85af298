/** A decision with all that it was made from, as this isolate knows it at this moment: the record and `/v1/route` tell the same. */
import {
  type BudgetHint,
  decide,
  type Plan,
  type Policy,
  type Signals,
  type TargetView,
  type Traffic,
} from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from './desk.ts'

export type Decision = {
  readonly plan: Plan
  readonly field: readonly TargetView[]
  readonly policy: Policy
  readonly policyHash: string
  readonly traffic: Traffic | null
  readonly budget: BudgetHint | null
}

type Caller = Pick<Call, 'account' | 'wishes'>

export function decideNow(signals: Signals, { account, wishes }: Caller, desk: Desk): Decision {
  const policy = policyFor(signals, desk)
  const field = desk.field()
  const traffic = desk.traffic.view(policy)
  const budget = desk.hintFor(account, field)
  const plan = decide(signals, wishes, policy, field, traffic, budget)
  return { plan, field, policy, policyHash: desk.options.policyHash, traffic, budget }
}

/** Decides for a request that is then carried out, which counts. */
export function placeNow(signals: Signals, caller: Caller, desk: Desk): Decision {
  const decision = decideNow(signals, caller, desk)
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
