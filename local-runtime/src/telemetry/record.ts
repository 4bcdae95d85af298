/** What is told of each request when it is over. It has no place for a prompt, an answer or a key. */
import type { FinishReason, NearsideErrorCode } from '@nearside/core'

export type RequestRecord = {
  readonly id: string
  /** Milliseconds since the epoch at which the request came. */
  readonly at: number
  readonly status: number
  /** Why it failed; null where it did not. */
  readonly fault: NearsideErrorCode | null
  readonly stream: boolean
  readonly promptTokens: number | null
  readonly outputTokens: number
  readonly finishReasons: readonly FinishReason[]
  readonly confidence: number | null
  /** How long it waited for a slot. */
  readonly waitedMs: number | null
  readonly firstTokenMs: number | null
  readonly totalMs: number
  /** Its part of the energy that was used meanwhile; null where nothing is metered or no answer began. */
  readonly joules: number | null
  /** Whether they are reckoned from processor time instead of read from a meter. */
  readonly joulesEstimated: boolean
}
