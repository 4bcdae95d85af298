/**
 * Who may stand in for the tier that a request belongs to.
 *
 * The policy's list of stand-ins is for every request; what it says of a tier that is down is for one that is there and
 * fails. Whoever may not stand in is not behind the first step either: a node that fails in the middle of an answer is as
 * down as one whose breaker is open. The storm rule counts what has moved, so that an outage on premises is no bill.
 */
import type { Policy } from './policy.ts'
import type { TargetView, TierName } from './target.ts'

/** What one isolate has routed lately: hints, like a target's standing. */
export type Traffic = {
  /** Requests that the router placed: of this minute so far, or of the last one where those were more. */
  readonly requests: number
  /** Of this minute: those that belonged to a local tier and went to the frontier. */
  readonly moved: number
}

export type Standby = {
  readonly targets: readonly TargetView[]
  /** The frontier was passed over because enough has moved to it. */
  readonly damped: boolean
}

export function standIns(
  good: readonly TargetView[],
  able: readonly TargetView[],
  wished: TierName,
  policy: Policy,
  traffic: Traffic | null,
): Standby {
  const present = able.some(({ tier }) => tier === wished)
  const mayStandIn = (tier: TierName): boolean => {
    if (!policy.fallBack[wished].includes(tier)) return false
    if (!present) return true
    if (wished === 'frontier' && tier === 'local') return policy.whenFrontierDown === 'local'
    return !(wished === 'local' && tier === 'frontier') || policy.whenLocalDown === 'frontier'
  }
  const targets = good.filter(({ tier }) => tier === wished || mayStandIn(tier))
  if (wished !== 'local' || !present || hasRoom(policy, traffic)) return { targets, damped: false }
  const staying = targets.filter(({ tier }) => tier !== 'frontier')
  return { targets: staying, damped: staying.length < targets.length }
}

function hasRoom({ frontierShareWhenLocalDown: share }: Policy, traffic: Traffic | null): boolean {
  if (share >= 1 || traffic === null) return true
  // With the one that is being decided.
  return traffic.moved + 1 <= share * (traffic.requests + 1)
}
