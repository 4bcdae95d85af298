/**
 * The end of a request, told once: whatever ends the answer closes its hold and writes its record.
 */
import {
  type Degradation,
  type Ending,
  type NearsideError,
  noUsage,
  type Plan,
  type Signals,
} from '@nearside/core'
import type { AnswerEnd } from '../answer/answer-end.ts'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import { type Charged, nothing, type Purse } from '../purse/purse.ts'
import type { RequestRecord } from '../record/record.ts'
import { noteEnd } from '../run/note-end.ts'
import type { Served } from '../run/run-plan.ts'

export type Settlement = {
  /** Closes the hold, and says what the request was charged with all of its attempts. */
  charge(end: AnswerEnd): Charged
  /** Closes the hold and writes the record. */
  end(end: AnswerEnd): void
}

export type Story = {
  readonly call: Call
  readonly signals: Signals
  readonly plan: Plan
  readonly purse: Purse
  readonly policyHash: string
}

/** What is known of a request so far, which is what its record can say when it ends here. */
export type Known = { readonly id: string; readonly at: number; tenant: string | null; story: Story | null }

export function openSettlement(
  story: Story,
  served: Served,
  desk: Desk,
  tell: (record: RequestRecord) => void,
): Settlement {
  const charge = (end: AnswerEnd): Charged => {
    served.hold.close(endingOf(end, story.signals.promptTokens))
    return story.purse.charged ?? nothing
  }
  let ended = false
  return {
    charge,
    end(end) {
      if (ended) return
      ended = true
      if (end.error !== null) desk.faulted(end.error, story.call.id)
      story.call.alarm.clear()
      noteEnd(served, end, desk)
      const usage = end.usage ?? (served.step.tier === 'edge' ? noUsage : null)
      tell({
        ...commonRecord(story, desk),
        served: {
          target: served.target.name,
          tier: served.step.tier,
          model: served.step.model,
          attempts: served.attempts,
          firstTokenMs: served.firstTokenMs,
        },
        ...(served.judged === undefined ? {} : { steps: served.judged.steps }),
        degraded: degradedOf(served, story.purse),
        outcome: end.outcome,
        error: end.error?.code ?? null,
        usage,
        charge: charge(end),
      })
    },
  }
}

/** The record of a request that never began to be answered: refused by its key, its size, its text, or failed. */
export function refusedRecord(
  { id, at, tenant, story }: Known,
  error: NearsideError,
  desk: Desk,
): RequestRecord {
  const common = story === null ? null : commonRecord(story, desk)
  return {
    id,
    tenant,
    at,
    durationMs: desk.options.now() - at,
    stream: false,
    wishes: null,
    signals: null,
    plan: null,
    policy: null,
    overheadMs: 0,
    replayOf: null,
    ...common,
    served: null,
    degraded: null,
    outcome: 'refused',
    error: error.code,
    usage: null,
    charge: story?.purse.charged ?? null,
  }
}

export function degradedOf(served: Served, purse: Purse): Degradation | null {
  return served.degraded ?? (purse.unrecorded ? 'store-down' : purse.clamped ? 'output-clamped' : null)
}

function commonRecord({ call, signals, plan, purse, policyHash }: Story, desk: Desk) {
  return {
    id: call.id,
    tenant: call.account.tenant,
    at: call.at,
    durationMs: desk.options.now() - call.at,
    stream: call.request.stream,
    wishes: call.wishes,
    signals,
    plan,
    policy: policyHash,
    overheadMs: purse.waitedMs,
    replayOf: null,
  }
}

function endingOf(end: AnswerEnd, promptTokens: number): Ending {
  if (end.usage !== null) return { type: 'usage-given', usage: end.usage }
  const seen = { promptTokens, outputTokens: end.seenTokens ?? 0 }
  if (end.outcome === 'answered') return { type: 'ended-without-usage', ...seen }
  const type = end.outcome === 'client-gone' ? 'hung-up' : 'cut'
  return { type, ...seen, heard: end.seenTokens !== null }
}
