/** In which order those who may serve a request are asked. */
import { balanced } from './balanced.ts'
import type { Policy } from './policy.ts'
import type { Rules } from './rules.ts'
import type { TargetView, TierName } from './target.ts'

export function isSlow({ tier, firstTokenMs }: TargetView, { latencyMs }: Pick<Rules, 'latencyMs'>): boolean {
  return tier === 'local' && latencyMs !== null && firstTokenMs !== null && firstTokenMs > latencyMs
}

/**
 * The wished tier first; whoever rests or is too slow stands behind the others, then the policy's order of tiers. Nodes that
 * are as good stand by a few random choices, frontiers as the operator named them.
 */
export function inOrder(
  targets: readonly TargetView[],
  wished: TierName,
  rules: Rules,
  { tierOrder }: Policy,
  distance: (target: TargetView) => number,
): readonly TargetView[] {
  const rank = (target: TargetView): number =>
    (target.standing === 'resting' ? 16 : 0) +
    (isSlow(target, rules) ? 8 : 0) +
    distance(target) / 4 +
    (target.tier === wished ? 0 : 1 + tierOrder.indexOf(target.tier))
  return balanced(
    targets.toSorted((a, b) => rank(a) - rank(b)),
    rank,
  )
}
