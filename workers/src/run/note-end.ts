/**
 * What the end of an answer, or of an attempt, says of the upstream that it came from.
 *
 * A refusal of this request, a client that left or reads too slowly and a fault of our own say nothing of it: else one
 * caller could put an upstream to rest for all.
 */
import type { NearsideErrorCode, Outcome } from '@nearside/core'
import type { AnswerEnd } from '../answer/answer-end.ts'
import type { Desk } from '../desk/desk.ts'
import type { Begun } from './attempt.ts'
import type { Served } from './run-plan.ts'

export function outcomeOf(code: NearsideErrorCode): Outcome {
  return { type: code === 'tier-failed' || code === 'timed-out' ? 'call-failed' : 'call-undecided' }
}

export function noteEnd(
  { target, begun }: Pick<Served, 'target' | 'begun'>,
  { outcome, error }: Pick<AnswerEnd, 'outcome' | 'error'>,
  desk: Pick<Desk, 'heard'>,
): void {
  if (outcome === 'answered') desk.heard(target.name, { type: 'answer-complete' })
  if (outcome !== 'cut' || clientKeptItWaiting(error?.code ?? null, begun)) return
  // What is cut without a word was read by nobody here.
  desk.heard(target.name, outcomeOf(error?.code ?? 'tier-failed'))
}

function clientKeptItWaiting(code: NearsideErrorCode | null, begun: Begun): boolean {
  return code === 'timed-out' && begun.kind !== 'whole' && !begun.deadline.waiting
}
