/**
 * The end of a request, told once: whatever ends the answer closes its hold and writes its record.
 */
import {
  type BudgetHint,
  type Degradation,
  type Ending,
  type Inspection,
  type JsonObject,
  type JsonValue,
  type NearsideError,
  noUsage,
  type Plan,
  type Policy,
  recordVersion,
  type Signals,
  type TargetView,
  type Traffic,
  type Zone,
} from '@nearside/core'
import type { AnswerEnd } from '../answer/answer-end.ts'
import { type Alarm, openAlarm } from '../call/alarm.ts'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import type { Sample } from '../judging/sample.ts'
import { reportOf } from '../privacy/privacy-report.ts'
import { type Charged, nothing, type Purse } from '../purse/purse.ts'
import { bareRecord } from '../record/bare-record.ts'
import type { RequestRecord } from '../record/record.ts'
import { noteEnd } from '../run/note-end.ts'
import type { Served } from '../run/served.ts'

export type Settlement = {
  /** Closes the hold, and says what the request was charged with all of its attempts. */
  charge(end: AnswerEnd): Charged
  /** What the answer's `nearside` object says, a node's own report among it. */
  said(member: JsonObject): void
  /** Closes the hold and writes the record. */
  end(end: AnswerEnd): void
}

export type Story = {
  readonly call: Call
  readonly signals: Signals
  readonly plan: Plan
  readonly purse: Purse
  /** What the plan was made from, beside the signals and the wishes. */
  readonly field: readonly TargetView[]
  readonly policy: Policy
  readonly policyHash: string
  readonly traffic: Traffic | null
  readonly budget: BudgetHint | null
}

/** What is known of a request so far, which is what its record can say when it ends here. */
export type Known = {
  readonly id: string
  readonly at: number
  /** Cleared by whoever ends the request, in whatever way. */
  readonly alarm: Alarm
  tenant: string | null
  story: Story | null
  inspection?: Inspection
}

export function nothingKnown(id: string, now: () => number): Known {
  return { id, at: now(), alarm: openAlarm(now), tenant: null, story: null }
}

export function openSettlement(
  story: Story,
  served: Served,
  desk: Desk,
  tell: (record: RequestRecord) => void,
  sample: Sample | null = null,
): Settlement {
  const charge = (end: AnswerEnd): Charged => {
    served.hold.close(endingOf(end, story.signals.promptTokens))
    return story.purse.charged ?? nothing
  }
  let ended = false
  let said: JsonObject | null = null
  return {
    charge,
    said(member) {
      said = member
    },
    end(end) {
      if (ended) return
      ended = true
      if (end.error !== null) desk.faulted(end.error, story.call.id)
      story.call.alarm.clear()
      noteEnd(served, end, desk)
      const usage = end.usage ?? (served.step.tier === 'edge' ? noUsage : null)
      tell({
        ...commonRecord(story, desk),
        ...reported(story.call, served.target.zone),
        served: {
          target: served.target.name,
          tier: served.step.tier,
          model: served.step.model,
          attempts: served.attempts,
          ...(served.version === null ? {} : { version: served.version }),
          firstTokenMs: served.firstTokenMs,
        },
        ...(served.judged === undefined ? {} : { judged: served.judged.steps }),
        ...(served.mapReduce === undefined ? {} : { mapReduce: served.mapReduce() }),
        degraded: degradedOf(served, story.purse),
        ...(served.session === undefined ? {} : { session: served.session.state }),
        outcome: end.outcome,
        error: end.error?.code ?? null,
        usage,
        charge: charge(end),
        joules: numberOf(said?.joules),
        answerConfidence: numberOf(said?.answer_confidence),
      })
      sample?.ended(end.outcome)
    },
  }
}

/** The record of a request that never began to be answered: refused by its key, its size, its text, or failed. */
export function refusedRecord(
  { id, at, tenant, story, inspection }: Known,
  error: NearsideError,
  desk: Desk,
): RequestRecord {
  const common = story === null ? null : commonRecord(story, desk)
  return {
    ...bareRecord,
    id,
    tenant,
    at,
    durationMs: desk.options.now() - at,
    stream: false,
    wishes: null,
    overheadMs: 0,
    ...(inspection === undefined ? {} : { privacy: reportOf(inspection, null) }),
    ...common,
    outcome: 'refused',
    error: error.code,
    charge: story?.purse.charged ?? null,
  }
}

export function degradedOf(served: Served, purse: Purse): Degradation | null {
  return served.degraded ?? (purse.unrecorded ? 'store-down' : purse.clamped ? 'output-clamped' : null)
}

function commonRecord(
  { call, signals, plan, purse, field, policy, policyHash, traffic, budget }: Story,
  desk: Desk,
) {
  return {
    version: recordVersion,
    field,
    policy: policyHash,
    traffic,
    budget,
    frontierFrom: policy.frontierFrom,
    steps: call.taken,
    joules: null,
    answerConfidence: null,
    id: call.id,
    tenant: call.account.tenant,
    at: call.at,
    durationMs: desk.options.now() - call.at,
    stream: call.request.stream,
    wishes: call.wishes,
    signals,
    plan,
    overheadMs: purse.waitedMs,
    replayOf: null,
  }
}

function numberOf(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null
}

function reported({ inspection }: Call, zone: Zone): Pick<RequestRecord, 'privacy'> {
  return inspection === undefined ? {} : { privacy: reportOf(inspection, zone) }
}

function endingOf(end: AnswerEnd, promptTokens: number): Ending {
  if (end.usage !== null) return { type: 'usage-given', usage: end.usage }
  const seen = { promptTokens, outputTokens: end.seenTokens ?? 0 }
  if (end.outcome === 'answered') return { type: 'ended-without-usage', ...seen }
  const type = end.outcome === 'client-gone' ? 'hung-up' : 'cut'
  return { type, ...seen, heard: end.seenTokens !== null }
}
