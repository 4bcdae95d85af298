/** How long to wait before an upstream is asked again. */
import type { NearsideError, TierName } from '@nearside/core'
import type { Retry } from '../options/options.ts'

/**
 * The pause before attempt `attempt + 1` at the same upstream, or null where asking again is of no use: the
 * upstream refused for good, the time that is left is too short, or it asked for more patience than we have
 * while others may be ready.
 */
export function pauseBeforeRetry(
  error: NearsideError,
  attempt: number,
  leftMs: number,
  retry: Retry,
  random: () => number,
): number | null {
  if (attempt >= retry.attempts || error.code !== 'tier-failed') return null
  if (error.upstreamStatus !== null && !isPassing(error.upstreamStatus)) return null

  const backoffMs = retry.pauseMs * 2 ** (attempt - 1) * (1 - random() / 2)
  const pauseMs = Math.max(error.retryAfterMs ?? 0, Math.round(backoffMs))
  return pauseMs > retry.longestPauseMs || pauseMs >= leftMs ? null : pauseMs
}

/** Statuses that speak of this moment, not of the request or of our key. */
function isPassing(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500
}

/**
 * Whether another upstream may do better: not when the caller is gone or its money is spent. A refusal of a local node
 * may be its own, for it may lack the tools or the room; what a frontier refuses, a lesser model does no better.
 */
export function mayFallBack({ code }: NearsideError, tier: TierName): boolean {
  if (code === 'tier-refused') return tier === 'local'
  return code === 'tier-failed' || code === 'timed-out'
}
