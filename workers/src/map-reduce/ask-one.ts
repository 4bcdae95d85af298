/**
 * One of the calls that a document takes, with a prompt of its own: through the same gate, purse, retries and breaker as every call, as a branch
 * that can be given up alone.
 */
import {
  type AnswerWhole,
  faultOf,
  type JsonObject,
  NearsideError,
  observe,
  readChatRequest,
  type Step,
  type StepRecord,
  type Target,
  type Usage,
} from '@nearside/core'
import { type Asked, askTarget } from '../run/ask-target.ts'
import { type Branch, openBranch } from '../run/branch.ts'
import { missedRecord } from '../run/near-answer.ts'
import { noteEnd } from '../run/note-end.ts'
import { targetOf } from '../run/target-of.ts'
import { plus, type Reading } from './reading.ts'

export type Begun = Asked & { readonly outcome: 'begun' }

export type One = {
  readonly target: Target
  readonly asked: Begun
  readonly promptTokens: number
  readonly tookMs: number
}

export type Missed = { readonly missed: StepRecord; readonly error: NearsideError | null }

export function branchOf(reading: Reading, body: JsonObject): Branch {
  const request = readChatRequest(body)
  const { call, redaction } = reading
  const { inspection } = call
  // All of it was made of what redaction left: the gate has nothing more to take out.
  const own =
    inspection === undefined || redaction === null
      ? call
      : { ...call, inspection: { ...inspection, redaction: { ...redaction, request, source: request } } }
  return openBranch(own, reading.alarms(), request)
}

/** Throws where the request itself is over. */
export async function askOne(
  reading: Reading,
  step: Step,
  branch: Branch,
  { endsAt, othersLeft }: { readonly endsAt: number; readonly othersLeft: boolean },
): Promise<One | Missed> {
  const { call, desk, counts } = reading
  const { now } = desk.options
  const target = targetOf(step, desk)
  if (desk.restLeftMs(target.name) !== null) return { missed: missedRecord(step, 'resting', 0), error: null }
  const begunAt = now()
  const signals = observe(branch.call.request, null)
  const purse = reading.purse.also(branch.call, signals)
  try {
    const turn = { position: counts.position++, othersLeft, endsAt, knock: false }
    const asked = await askTarget(branch.call, target, turn, purse, readHere(reading))
    if (asked.outcome === 'begun') {
      counts.attempts += asked.attempts
      return { target, asked, promptTokens: signals.promptTokens, tookMs: now() - begunAt }
    }
    if (asked.outcome === 'failed') counts.attempts += asked.attempts
    const error = asked.outcome === 'denied' ? asked.denial : asked.error
    return { missed: missedRecord(step, asked.outcome, now() - begunAt), error }
  } catch (cause) {
    if (call.clientGone.aborted) throw cause
    const outcome = branch.gaveUp() ? 'too-slow' : 'failed'
    return { missed: missedRecord(step, outcome, now() - begunAt), error: faultOf(cause) }
  }
}

/** An answer whose citations are looked at is read here, whatever becomes of others when their callers leave. */
function readHere({ desk }: Reading): Reading['desk'] {
  return desk.options.onHangUp === 'abort'
    ? desk
    : { ...desk, options: { ...desk.options, onHangUp: 'abort' } }
}

/** An answer that the caller does not see: it is paid for, and its upstream has done its part. */
export function finish(reading: Reading, { target, asked, promptTokens }: One, usage: Usage | null): void {
  asked.hold.close(
    usage === null
      ? { type: 'ended-without-usage', promptTokens, outputTokens: 0 }
      : { type: 'usage-given', usage },
  )
  reading.usage = plus(reading.usage, usage)
  noteEnd(
    { target, begun: asked.begun, askedAt: asked.askedAt },
    { outcome: 'answered', error: null, usage },
    reading.desk,
  )
}

export function wholeOf({ begun }: Begun): AnswerWhole {
  // Nobody asked for a stream, so that none can come.
  if (begun.kind !== 'whole')
    throw new NearsideError('tier-failed', 'An answer that was asked for whole came in pieces.')
  return begun.answer
}

export function textOf({ choices }: AnswerWhole): string {
  return choices[0]?.text ?? ''
}
