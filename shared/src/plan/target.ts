/**
 * One place that can answer, as the decision sees it: what it is, what it can do, and how it has been doing.
 * The standing and the load are what this isolate last heard, perhaps minutes ago: hints, never grants.
 */
import type { Price } from '../price/price.ts'
import type { Zone } from '../privacy/zone.ts'

export const tierNames = ['edge', 'local', 'frontier'] as const
export type TierName = (typeof tierNames)[number]

export type Target = {
  /** Unique among the targets, as in the options: `edge`, `local`, `frontier`, or the operator's own name. */
  readonly name: string
  readonly tier: TierName
  readonly zone: Zone
  /** The model's name as the upstream knows it. */
  readonly model: string
  /** Null where a call costs nothing that a cap counts; then no hold is made. */
  readonly price: Price | null
  /** The longest conversation with its answer that the model takes, in tokens. */
  readonly contextTokens: number
  readonly tools: boolean
  readonly images: boolean
  /** Whether the router may choose it, or only a caller who names its model. */
  readonly byNameOnly: boolean
}

/** `resting`: its breaker is open. `trying`: one call is finding out whether it has recovered. */
export type Standing = 'ready' | 'trying' | 'resting'

export type TargetView = Target & {
  readonly standing: Standing
  /** How long its first token has lately taken; null where nothing was heard yet. */
  readonly firstTokenMs: number | null
  /** How long its whole answers have lately taken; left out or null where nothing was heard. */
  readonly wholeMs?: number | null
  /** Which weights answer there, by its own word; left out or null where it said nothing. */
  readonly version?: string | null
  /** How long a call is expected to wait there for its first token; null where nothing tells, and for what is no node of the operator's own. */
  readonly expectedWaitMs: number | null
  /** Drawn for this request, from 0 to 1: chance is an argument, so that the choice can be made again. */
  readonly lot: number
}
