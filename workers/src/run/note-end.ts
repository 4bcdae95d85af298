/**
 * What the end of an answer, or of an attempt, says of the upstream that it came from.
 *
 * A refusal of this request, a client that left or reads too slowly and a fault of our own say nothing of it: else one
 * caller could put an upstream to rest for all.
 */
import type { NearsideError, NearsideErrorCode, Outcome, Target } from '@nearside/core'
import type { AnswerEnd } from '../answer/answer-end.ts'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import type { Heard } from '../fleet/fleet.ts'
import { refusalIn } from '../fleet/refusals.ts'
import type { Begun } from './attempt.ts'
import type { Served } from './served.ts'

export function outcomeOf(code: NearsideErrorCode): Outcome {
  return { type: code === 'tier-failed' || code === 'timed-out' ? 'call-failed' : 'call-undecided' }
}

/**
 * A node that turns a call away and says how busy it is works; so does one that has not the model. A call that had little
 * time, or that nobody waits for, may be turned away while there is room for others.
 */
export function outcomeOfAttempt(
  { code, upstreamStatus, retryAfterMs }: NearsideError,
  { tier }: Target,
  { wishes, forwarded }: Pick<Call, 'wishes' | 'forwarded'>,
  toldLoad: boolean,
  knocked: boolean,
): Heard {
  if (tier === 'local' && upstreamStatus === 404) return { type: 'model-missing' }
  const refusal = refusalIn(upstreamStatus)
  if (refusal !== null) return { type: 'refused', refusal }
  if (!toldLoad || (upstreamStatus !== 429 && upstreamStatus !== 503)) return outcomeOf(code)
  if (upstreamStatus === 503) return { type: 'call-turned-away', because: 'not-now', retryAfterMs }
  const hurried = knocked || wishes.latencyMs !== null || forwarded.priority === 'batch'
  return { type: 'call-turned-away', because: hurried ? 'hurry' : 'full', retryAfterMs }
}

export function noteEnd(
  { target, begun, askedAt }: Pick<Served, 'target' | 'begun' | 'askedAt'>,
  { outcome, error, usage }: Pick<AnswerEnd, 'outcome' | 'error' | 'usage'>,
  desk: Pick<Desk, 'heard'>,
): void {
  if (outcome === 'answered') {
    desk.heard(target.name, { type: 'answer-complete', askedAt, outputTokens: usage?.outputTokens || null })
    return
  }
  const says = outcome === 'cut' && !clientKeptItWaiting(error?.code ?? null, begun)
  // What is cut without a word was read by nobody here.
  desk.heard(target.name, says ? outcomeOf(error?.code ?? 'tier-failed') : { type: 'call-undecided' })
}

function clientKeptItWaiting(code: NearsideErrorCode | null, begun: Begun): boolean {
  return code === 'timed-out' && begun.kind !== 'whole' && !begun.deadline.waiting
}
