/**
 * What will be done about a request: made once by `decide`, then carried out. A plain value, so that it can be
 * shown, recorded and compared.
 */
import type { PrivacyLevel } from '../privacy/zone.ts'
import type { Degradation, Reason, Refusal } from './reason.ts'
import type { TierName } from './target.ts'

export type Step = {
  readonly target: string
  readonly tier: TierName
  readonly model: string
  /** Another model or version than its conversation has had so far: asked only where those that have it failed. */
  readonly astray?: true
}

/**
 * `direct`: one tier by thresholds. `domain`: one tier by what was measured of requests like this one (`domain.ts`). `cascade`,
 * `consistency`: a near answer first, and a check of it (`cascade.ts`, `consistency.ts`). The supervised ones: a near model does
 * each turn of a session, and a better one looks on (`supervised.ts`). `map-reduce`: a long document read in pieces (`in-pieces.ts`).
 */
export const supervisedStrategies = ['execute-verify-advise', 'plan-execute-verify-replan'] as const
export type SupervisedStrategy = (typeof supervisedStrategies)[number]
export const strategies = [
  'direct',
  'cascade',
  'consistency',
  'domain',
  'execute-verify-advise',
  'plan-execute-verify-replan',
  'map-reduce',
] as const
export type Strategy = (typeof strategies)[number]

export type PlanCheck =
  | {
      readonly kind: 'cascade'
      /** The kind of task, whose curve makes the confidence comparable; null where nobody judged it. */
      readonly task: string | null
      /** The least confidence that is served. */
      readonly bar: number
      /** The least confidence that may stand in where no better answer can be had; 0 where any may. */
      readonly floor: number
      /** From the request's beginning, after which the near model is waited for no longer; null where there is no hurry. */
      readonly nearMs: number | null
    }
  | {
      readonly kind: 'consistency'
      readonly task: string | null
      /** `samples`: two of the near model's; `side-by-side`: the near model's and the better one's, asked at once. */
      readonly way: 'samples' | 'side-by-side'
      /** From 0 to 1: how alike two texts without one right form must be. */
      readonly alikeFrom: number
      readonly floor: number
      readonly nearMs: number | null
    }
  | {
      readonly kind: 'supervised'
      readonly task: string | null
      /** Who looks on; null where nobody may, or nobody is up. */
      readonly supervisor: Step | null
      readonly floor: number
    }
  | {
      readonly kind: 'map-reduce'
      readonly task: string | null
      /** Nothing below it is served: then nobody stands in for the supervisor. */
      readonly floor: number
      /** From the request's beginning, when the pieces have been read as far as they are; null where there is no hurry. */
      readonly nearMs: number | null
    }

export type Plan =
  | {
      readonly kind: 'serve'
      readonly strategy: Strategy
      readonly steps: readonly [Step, ...Step[]]
      /** Tried in order when a step fails before its first event was sent to the client. */
      readonly fallbacks: readonly Step[]
      /** Where the request belongs; who answers in the end may be another. */
      readonly wished: TierName
      readonly reason: Reason
      /** How sure the decision is, from 0 to 1. */
      readonly confidence: number
      /** Of an answer by the first step. */
      readonly degraded: Degradation | null
      readonly privacy: PrivacyLevel
      /** The frontier may not stand in: as many requests as may have moved to it this minute. */
      readonly damped?: boolean
      /** What costs nothing is asked first: the caps have too little left for the first choice (`within-means.ts`). */
      readonly spent?: true
      /** How the first step's answer is judged before it is served; left out where it is not. */
      readonly check?: PlanCheck
    }
  | {
      readonly kind: 'refuse'
      readonly strategy: Strategy
      readonly refusal: Refusal
      readonly privacy: PrivacyLevel
    }
