/** One whole answer of several to a request: asked as a branch of its own, judged, and kept until it is known which is served. */
import {
  type AnswerChecker,
  type ChatRequest,
  type JsonObject,
  type NearsideError,
  readNodeReport,
  type Step,
} from '@nearside/core'
import type { Desk } from '../desk/desk.ts'
import type { Purse } from '../purse/purse.ts'
import type { StepRecord } from '../record/record.ts'
import { askTarget } from './ask-target.ts'
import type { Branch } from './branch.ts'
import { missedRecord, type NearAnswer, noteWhole } from './near-answer.ts'
import { targetOf } from './target-of.ts'

export type WholeAsked =
  | { readonly near: NearAnswer & { readonly begun: { readonly kind: 'whole' } }; readonly missed: null }
  | {
      readonly near: null
      readonly missed: StepRecord
      readonly error: NearsideError | null
      readonly attempts: number
    }

export type WholeTurn = {
  readonly step: Step
  /** Unlike that of every other step of the request: holds are named by it. */
  readonly position: number
  readonly endsAt: number
  /** Whether somebody else is there: whoever is alone is asked again where that may help. @default true */
  readonly othersLeft?: boolean
  readonly checker: AnswerChecker
}

/** Throws where the request itself is over or is refused for all; that the branch was given up is an outcome. */
export async function askWhole(
  branch: Branch,
  { step, position, endsAt, othersLeft = true, checker }: WholeTurn,
  purse: Purse,
  desk: Desk,
): Promise<WholeAsked> {
  const { now } = desk.options
  const target = targetOf(step, desk)
  if (desk.restLeftMs(target.name) !== null) {
    return { near: null, missed: missedRecord(step, 'resting', 0), error: null, attempts: 0 }
  }
  const begunAt = now()
  const took = (): number => now() - begunAt
  try {
    const asked = await askTarget(
      branch.call,
      target,
      { position, othersLeft, endsAt, knock: false },
      purse,
      desk,
    )
    if (asked.outcome !== 'begun') {
      const error = asked.outcome === 'denied' ? asked.denial : asked.error
      const attempts = asked.outcome === 'denied' ? 0 : asked.attempts
      return { near: null, missed: missedRecord(step, asked.outcome, took()), error, attempts }
    }
    const { begun } = asked
    // Nobody asked for a stream, so that none can come.
    if (begun.kind !== 'whole') throw new TypeError('An answer that was asked for whole came in pieces.')
    const { answer } = begun
    const report = readNodeReport(answer.wire)
    const check = checker.whole({ ...answer, toldConfidence: report.confidence })
    const near = { step, target, asked, begun, check, report, tookMs: took() }
    noteWhole(near, near.tookMs, desk)
    return { near, missed: null }
  } catch (error) {
    if (!branch.gaveUp()) throw error
    return { near: null, missed: missedRecord(step, 'too-slow', took()), error: null, attempts: 1 }
  }
}

/** The request as one for a whole answer, with `more` in its body. */
export function wholeRequest(request: ChatRequest, more: JsonObject = {}): ChatRequest {
  const { stream: _, stream_options: __, ...body } = request.body
  return { ...request, stream: false, includeUsage: false, body: { ...body, ...more } }
}
