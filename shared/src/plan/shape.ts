/**
 * Gives a plan the form of its strategy. A strategy only orders what the decision has let in: it brings back no place that
 * the text may not go to, and asks nobody that a caller did not allow. Where it has nothing to do (one place is left, the
 * caller named who is to answer, the edge is sure) the plan stays direct, and says so.
 */
import type { Signals } from '../signals/signals.ts'
import { shapeCascade } from './cascade.ts'
import { shapeConsistency } from './consistency.ts'
import type { Plan, Strategy } from './plan.ts'
import type { Policy } from './policy.ts'
import { shapeSupervised } from './supervised.ts'
import type { TargetView } from './target.ts'
import type { Wishes } from './wishes.ts'

export type DirectPlan = Plan & { readonly kind: 'serve' }

export type Shaping = {
  readonly signals: Signals
  readonly wishes: Wishes
  readonly policy: Policy
  /** Who may serve the request. */
  readonly field: readonly TargetView[]
}

export function shapePlan(strategy: Strategy, direct: DirectPlan, shaping: Shaping): DirectPlan {
  switch (strategy) {
    case 'direct':
    case 'domain':
    // Whoever reads a document in pieces is able where others are not: it was decided before (`in-pieces.ts`).
    case 'map-reduce':
      return direct
    case 'cascade':
      return shapeCascade(direct, shaping)
    case 'consistency':
      return shapeConsistency(direct, shaping)
    case 'execute-verify-advise':
    case 'plan-execute-verify-replan':
      return shapeSupervised(strategy, direct, shaping)
  }
}
