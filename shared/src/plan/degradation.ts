/**
 * Whether an answer is worse than wished: a matter of who gave it, so it is known for certain only when it is there.
 *
 * An answer of the edge is right, and none that was wished of the edge is worse for coming from a model. That there is
 * no local node is no loss either, unless the text was to stay near.
 */
import type { Step } from './plan.ts'
import type { Degradation, Reason } from './reason.ts'
import type { TierName } from './target.ts'

type Wished = {
  readonly wished: TierName
  readonly reason: Reason
  readonly steps: readonly Step[]
  readonly fallbacks: readonly Step[]
  readonly spent?: true
}

export function degradationOf(
  { wished, reason, steps, fallbacks, spent }: Wished,
  served: TierName,
): Degradation | null {
  if (served === wished || served === 'edge' || wished === 'edge') return null
  const present = [...steps, ...fallbacks].some(({ tier }) => tier === wished)
  if (spent && present && served === steps[0]?.tier) return 'budget-spent'
  if (wished === 'frontier') return present ? 'frontier-down' : 'no-frontier'
  if (present) return 'local-down'
  return reason === 'private' ? 'no-local' : null
}
