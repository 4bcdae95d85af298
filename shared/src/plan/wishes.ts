/** What the caller asked for beside the chat itself: by its model name, its headers and its account. */
import type { Privacy } from '../privacy/zone.ts'
import type { Strategy } from './plan.ts'
import type { TierName } from './target.ts'

export type Ask =
  | { readonly kind: 'auto' }
  | { readonly kind: 'tier'; readonly tier: TierName }
  | { readonly kind: 'model'; readonly model: string }

export type Wishes = {
  readonly ask: Ask
  readonly privacy: Privacy
  /** How long the caller can wait for the first token; null where it did not say. */
  readonly latencyMs: number | null
  /** The least quality that may be served; null where it did not say. */
  readonly quality: number | null
  /** Null where the policy's strategy is to be used. */
  readonly strategy: Strategy | null
}
