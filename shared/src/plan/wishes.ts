/** What the caller asked for beside the chat itself: by its model name, its headers and its account. */
import type { Privacy } from '../privacy/zone.ts'
import type { Strategy } from './plan.ts'
import type { Stay } from './stay.ts'
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
  /** What its key is good for; left out where that is everything. */
  readonly mayUse?: MayUse
  /** Looks like an attack, and the operator lets none but the frontier answer those. @default false */
  readonly suspected?: boolean
  /** What the conversation brings with it from its turns before; left out where that is nothing. */
  readonly stay?: Stay
}

/** What a key or an account may use; a list that is left out allows all. An answer of the edge comes from no model. */
export type MayUse = { readonly tiers?: readonly TierName[]; readonly models?: readonly string[] }

export function isOpenTo(
  { tiers, models }: MayUse,
  { tier, model }: { readonly tier: TierName; readonly model: string },
): boolean {
  if (tiers !== undefined && !tiers.includes(tier)) return false
  return models === undefined || tier === 'edge' || models.includes(model)
}
