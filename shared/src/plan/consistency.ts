/**
 * `consistency`: two answers are made, and the near one stands where they say the same.
 *
 * Two of the near model's own cost nothing more than its time, and show what it only guesses at. One of each, asked at
 * once, is as quick as the better model, and as dear.
 */
import { checkShare, checkTerms, wrongTerm } from './check-terms.ts'
import { fitsOneAfterTheOther, nearFirst, timeForNear } from './near-first.ts'
import type { DirectPlan, Shaping } from './shape.ts'

export type ConsistencyPolicy = {
  /** `samples`: two of the near model's, and the better one where they differ; `side-by-side`: one of each at once. @default 'samples' */
  readonly way: 'samples' | 'side-by-side'
  /** How alike, from 0 to 1, two texts without one right form must be. @default 0.8 */
  readonly alikeFrom: number
  /** The temperature of the second sample, which a model that is asked the same twice needs to say something else. @default 0.7 */
  readonly temperature: number
}

export const defaultConsistency: ConsistencyPolicy = { way: 'samples', alikeFrom: 0.8, temperature: 0.7 }

export function shapeConsistency(plan: DirectPlan, shaping: Shaping): DirectPlan {
  // Both answers come whole, however they are told.
  const { stream: _, ...signals } = shaping.signals
  const pair = nearFirst(plan, { ...shaping, signals })
  if (pair === null) return plan
  const { wishes, policy } = shaping
  const { near, better, others } = pair
  const { way, alikeFrom } = policy.consistency
  if (way === 'samples' && !fitsOneAfterTheOther(pair, wishes.latencyMs)) {
    return {
      ...plan,
      steps: [better],
      fallbacks: [near, ...others],
      wished: 'frontier',
      reason: 'no-time-to-escalate',
      degraded: plan.wished === 'frontier' ? plan.degraded : null,
    }
  }
  return {
    ...plan,
    strategy: 'consistency',
    steps: [near, better],
    fallbacks: others,
    degraded: null,
    check: {
      kind: 'consistency',
      task: signals.task,
      way,
      alikeFrom,
      nearMs: way === 'samples' ? timeForNear(pair, wishes.latencyMs) : wishes.latencyMs,
    },
  }
}

export function resolveConsistency(
  given: Partial<ConsistencyPolicy> | undefined,
  path: string,
): ConsistencyPolicy {
  if (given === undefined) return defaultConsistency
  checkTerms(given, defaultConsistency, path)
  const terms = { ...defaultConsistency, ...given }
  if (terms.way !== 'samples' && terms.way !== 'side-by-side')
    throw wrongTerm(`${path}.way`, 'is samples or side-by-side')
  checkShare(terms.alikeFrom, `${path}.alikeFrom`)
  if (!(terms.temperature > 0 && terms.temperature <= 2))
    throw wrongTerm(`${path}.temperature`, `lies above 0 and up to 2, but was ${String(terms.temperature)}`)
  return terms
}
