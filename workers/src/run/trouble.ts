/** What goes wrong on the way to an answer, and what the caller is told of it. */
import { type Degradation, degradationOf, NearsideError, type Plan, type Step } from '@nearside/core'

/** What went wrong on the way to an answer. */
export type Trouble = {
  attempts: number
  last: NearsideError | null
  /** What a local node said of the request itself. */
  refusal: NearsideError | null
  denial: NearsideError | null
  shortestRestMs: number
}

export function noTrouble(): Trouble {
  return {
    attempts: 0,
    last: null,
    refusal: null,
    denial: null,
    shortestRestMs: Number.POSITIVE_INFINITY,
  }
}

/** A request that a local node refused belonged elsewhere: that the frontier answers it makes it no worse. */
export function degradedBy(
  { denial, refusal }: Trouble,
  plan: Plan & { kind: 'serve' },
  step: Step,
): Degradation | null {
  if (plan.wished === 'local' && refusal !== null) return null
  const degraded = degradationOf(plan, step.tier)
  if (degraded === null || denial === null) return degraded
  return denial.code.startsWith('budget-') ? 'budget-spent' : 'limit-reached'
}

/**
 * A cap is told as it is, and so is a refusal, which a caller could ask again for ever; of several failures, that
 * nothing is left.
 */
export function noneLeft(
  { last, refusal, denial, shortestRestMs }: Trouble,
  several: boolean,
): NearsideError {
  const asItIs = denial ?? refusal
  if (asItIs !== null) return asItIs
  if (last === null) {
    return new NearsideError('no-tier-left', 'Everything that may serve this request rests after failures.', {
      retryAfterMs: Number.isFinite(shortestRestMs) ? shortestRestMs : 1_000,
    })
  }
  if (!several) return last
  return new NearsideError('no-tier-left', 'Every upstream that may serve this request failed.', {
    cause: last,
    retryAfterMs: last.retryAfterMs ?? 1_000,
  })
}
