/**
 * An answer of the near model that is looked at before anybody sees it, and what is done with it in the end: it is served,
 * or given up with its hold closed and its upstream told.
 */
import {
  type AnswerCheck,
  NearsideError,
  type NodeReport,
  type Reason,
  type Step,
  type Target,
} from '@nearside/core'
import type { Desk } from '../desk/desk.ts'
import type { StepRecord } from '../record/record.ts'
import type { Asked } from './ask-target.ts'
import type { Begun } from './attempt.ts'
import { noteEnd } from './note-end.ts'
import type { Served } from './served.ts'

export type NearAnswer = {
  readonly step: Step
  readonly target: Target
  readonly asked: Asked & { readonly outcome: 'begun' }
  /** As it is to be carried: with what was held of it in front. */
  readonly begun: Begun
  readonly check: AnswerCheck
  readonly report: NodeReport
  readonly tookMs: number
}

export function nearServed(
  { step, target, asked, begun, check }: NearAnswer,
  { plan, attempts, degraded }: Pick<Served, 'plan' | 'attempts' | 'degraded'>,
  reason: Reason,
  steps: readonly StepRecord[],
): Served {
  const { hold, askedAt, firstTokenMs, version } = asked
  const judged = { reason, confidence: check.confidence, steps }
  return { plan, step, target, attempts, degraded, begun, hold, askedAt, firstTokenMs, version, judged }
}

export function stepRecordOf(near: NearAnswer, outcome: StepRecord['outcome']): StepRecord {
  const { step, check, report, tookMs } = near
  return { ...step, outcome, ...check, joules: report.joules, tookMs }
}

/** What was asked and brought no answer that could be looked at. */
export function missedRecord(step: Step, outcome: StepRecord['outcome'], tookMs: number): StepRecord {
  return { ...step, outcome, confidence: null, faults: [], joules: null, tookMs }
}

/** Another answer is served in its place. One that came whole is no less complete for that; one that broke off says so. */
export function giveUp(
  { target, asked, begun }: Pick<NearAnswer, 'target' | 'asked' | 'begun'>,
  desk: Desk,
  inPieces: 'client-gone' | 'cut' = 'client-gone',
): void {
  const ended = { target, begun, askedAt: asked.askedAt }
  if (begun.kind === 'whole') {
    const { usage } = begun.answer
    asked.hold.close(usage === null ? unheard : { type: 'usage-given', usage })
    noteEnd(ended, { outcome: 'answered', error: null, usage }, desk)
    return
  }
  const gone = new NearsideError('client-gone', 'Another answer is served.')
  asked.hold.close(unheard)
  begun.deadline.abort(gone)
  if (begun.kind === 'read') begun.reader.cancel(gone).catch(() => {})
  noteEnd(ended, { outcome: inPieces, error: null, usage: null }, desk)
}

/** Nobody knows what it comes to: what was set aside for it is what it is charged. */
const unheard = { type: 'cut', promptTokens: 0, outputTokens: 0, heard: false } as const

/** What it took is heard of: the next plan asks whether two such answers fit a caller's time. */
export function noteWhole(
  { target, begun }: Pick<Served, 'target' | 'begun'>,
  wholeMs: number,
  desk: Desk,
): void {
  if (begun.kind === 'whole') desk.heard(target.name, { type: 'answer-timed', wholeMs })
}
