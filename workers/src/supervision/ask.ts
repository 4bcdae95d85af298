/**
 * Asks somebody on a session's behalf: with a request of the session's own making, past the same inspection, gate and purse
 * as the caller's. What was redacted on the way out is put back into what comes home.
 */
import {
  type AnswerWhole,
  answerChecker,
  type ChatRequest,
  observe,
  type PrivacyLevel,
  type Step,
} from '@nearside/core'
import type { Alarm } from '../call/alarm.ts'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import { redactionFor } from '../gate/outgoing.ts'
import type { Purse } from '../purse/purse.ts'
import { askWhole, type WholeAsked } from '../run/ask-whole.ts'
import { openBranch } from '../run/branch.ts'
import { targetOf } from '../run/target-of.ts'

export type Asking = {
  readonly call: Call
  readonly purse: Purse
  readonly desk: Desk
  readonly alarms: () => Alarm
}

/** The call with a request of ours in it, held to the strictest level of its session and looked through again. */
export function callWith(call: Call, request: ChatRequest, level: PrivacyLevel, { options }: Desk): Call {
  const { inspection: before, ...bare } = call
  const strict = { ...bare, request, wishes: { ...call.wishes, privacy: { ...call.wishes.privacy, level } } }
  if (options.privacy === null) return strict
  const { account } = call
  const voices = { account: account.privacy ?? null, header: level }
  const inspection = options.privacy.inspect(request, account.tenant, voices, before)
  const confined = inspection.confined !== null || call.wishes.privacy.confined === true
  const privacy = { ...strict.wishes.privacy, level: inspection.level, ...(confined ? { confined } : {}) }
  return { ...strict, inspection, wishes: { ...strict.wishes, privacy } }
}

export type AskTerms = {
  readonly position: number
  readonly task: string | null
  /** From now on, after which it is given up; null where it may take as long as there is. */
  readonly limitMs: number | null
  /** Whether somebody else may be asked in its place. @default true */
  readonly othersLeft?: boolean
}

export async function askOn(
  call: Call,
  step: Step,
  { position, task, limitMs, othersLeft = true }: AskTerms,
  { purse, desk, alarms }: Asking,
): Promise<WholeAsked> {
  const { now, deadlines, policy } = desk.options
  const { request } = call
  const branch = openBranch(call, alarms(), request)
  const patience = alarms()
  if (limitMs !== null) patience.set(now() + limitMs, branch.stop)
  try {
    const turn = {
      step,
      position,
      endsAt: call.at + deadlines.totalMs,
      othersLeft,
      checker: answerChecker(request, task, policy.cascade.calibration),
    }
    const its = purse.also(branch.call, observe(request, null, unjudged))
    return restored(await askWhole(branch, turn, its, desk), call, desk)
  } finally {
    patience.rest()
  }
}

const unjudged = (): number => Number.NaN

function restored(asked: WholeAsked, call: Call, desk: Desk): WholeAsked {
  if (asked.near === null) return asked
  const { near } = asked
  const redaction = redactionFor(call, targetOf(near.step, desk).zone)
  if (redaction === null) return asked
  const restorer = redaction.restorer(call.request.responseFormat)
  const answer = restorer.restore(near.begun.answer) as AnswerWhole
  return { ...asked, near: { ...near, begun: { kind: 'whole', answer } } }
}
