/**
 * `cascade`: a near model answers first, its answer is judged, and a better one is asked only where it does not pass.
 *
 * Where the caller's time is too short for the one after the other, the better one is asked at once: a cascade that cannot
 * finish is not begun.
 */
import { type Calibration, readCalibration } from '../answer-check/calibration.ts'
import { checkShare, checkTerms, checkWholeNumber, isTermsObject, wrongTerm } from './check-terms.ts'
import { fitsOneAfterTheOther, nearFirst, timeForNear } from './near-first.ts'
import type { DirectPlan, Shaping } from './shape.ts'

export type CascadePolicy = {
  /** The least confidence, from 0 to 1, that is served. It belongs to one model, or to one calibration. @default 0.7 */
  readonly bar: number
  /** The bars of kinds of task that have one of their own. @default {} */
  readonly bars: Readonly<Record<string, number>>
  /** What makes a model's confidence comparable. @default null: it is taken as it is said */
  readonly calibration: Calibration | null
  /** What becomes of an answer without a fault whose confidence nothing tells. @default 'escalate' */
  readonly whenUntold: 'escalate' | 'accept'
  /** Whether the near model is asked for its tokens' probabilities; a caller who did not ask for them does not see them. @default true */
  readonly askLogprobs: boolean
  /** A stream is held back for so many tokens at most. @default 12 */
  readonly holdTokens: number
  /** And for so long, in milliseconds, from its first token. @default 1000 */
  readonly holdMs: number
}

export const defaultCascade: CascadePolicy = {
  bar: 0.7,
  bars: {},
  calibration: null,
  whenUntold: 'escalate',
  askLogprobs: true,
  holdTokens: 12,
  holdMs: 1_000,
}

export function shapeCascade(plan: DirectPlan, shaping: Shaping): DirectPlan {
  const pair = nearFirst(plan, shaping)
  if (pair === null) return plan
  const { wishes, policy, signals } = shaping
  const { near, better, others } = pair
  if (!fitsOneAfterTheOther(pair, wishes.latencyMs)) {
    const degraded = plan.wished === 'frontier' ? plan.degraded : null
    return {
      ...plan,
      steps: [better],
      fallbacks: [near, ...others],
      wished: 'frontier',
      reason: 'no-time-to-escalate',
      degraded,
    }
  }
  const { task } = signals
  const { bar, bars } = policy.cascade
  return {
    ...plan,
    strategy: 'cascade',
    steps: [near, better],
    fallbacks: others,
    degraded: null,
    check: {
      kind: 'cascade',
      task,
      bar: task !== null && Object.hasOwn(bars, task) ? (bars[task] ?? bar) : bar,
      nearMs: timeForNear(pair, wishes.latencyMs),
    },
  }
}

export function resolveCascade(given: Partial<CascadePolicy> | undefined, path: string): CascadePolicy {
  if (given === undefined) return defaultCascade
  checkTerms(given, defaultCascade, path)
  const terms = { ...defaultCascade, ...given }
  checkShare(terms.bar, `${path}.bar`)
  if (!isTermsObject(terms.bars))
    throw wrongTerm(`${path}.bars`, 'is an object of a bar for each kind of task')
  for (const [task, bar] of Object.entries(terms.bars)) checkShare(bar, `${path}.bars.${task}`)
  if (terms.whenUntold !== 'escalate' && terms.whenUntold !== 'accept')
    throw wrongTerm(`${path}.whenUntold`, 'is escalate or accept')
  if (typeof terms.askLogprobs !== 'boolean') throw wrongTerm(`${path}.askLogprobs`, 'is true or false')
  checkWholeNumber(terms.holdTokens, `${path}.holdTokens`, 256)
  checkWholeNumber(terms.holdMs, `${path}.holdMs`, 10_000)
  const calibration =
    terms.calibration === null ? null : readCalibration(terms.calibration, `${path}.calibration`)
  return { ...terms, calibration }
}
