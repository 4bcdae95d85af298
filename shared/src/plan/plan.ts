/**
 * What will be done about a request: made once by `decide`, then carried out. A plain value, so that it can be
 * shown, recorded and compared.
 */
import type { PrivacyLevel } from '../privacy/zone.ts'
import type { Degradation, Reason, Refusal } from './reason.ts'
import type { TierName } from './target.ts'

export type Step = { readonly target: string; readonly tier: TierName; readonly model: string }

/**
 * `direct`: one tier by thresholds. `domain`: one tier by what was measured of requests like this one (`domain.ts`).
 */
export const strategies = ['direct', 'domain'] as const
export type Strategy = (typeof strategies)[number]

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
    }
  | {
      readonly kind: 'refuse'
      readonly strategy: Strategy
      readonly refusal: Refusal
      readonly privacy: PrivacyLevel
    }
