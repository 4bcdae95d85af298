/**
 * Carries out a `cascade`: the near model answers, its answer is judged before anybody sees it, and the better model is
 * asked only where it does not pass.
 *
 * A whole answer is judged as a whole. A stream is held back for its first words alone and judged on these: once they are
 * let go, the answer stays with the near model. What was held and did not pass is never seen. Nothing is set aside for the
 * better model before it is asked; the near answer is kept until the better one has begun, so that a frontier that is down
 * or a cap that is spent leaves the caller an answer, which says what it is, unless a quality floor forbids it.
 */
import {
  type AnswerCheck,
  type AnswerChecker,
  answerChecker,
  faultOf,
  NearsideError,
  type PlanCheck,
  type Policy,
  readNodeReport,
  type Step,
} from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import type { StrategyOffer } from '../options/options.ts'
import type { Purse } from '../purse/purse.ts'
import type { StepRecord } from '../record/record.ts'
import { askTarget } from './ask-target.ts'
import type { Begun } from './attempt.ts'
import { type Branch, openBranch } from './branch.ts'
import { holdOpening } from './hold-opening.ts'
import { giveUp, missedRecord, type NearAnswer, nearServed, noteWhole, stepRecordOf } from './near-answer.ts'
import { isBelowFloor, isDenial, whyNotBetter } from './not-better.ts'
import { runSteps } from './run-steps.ts'
import type { Served } from './served.ts'
import { splitAlarm } from './split-alarm.ts'
import { targetOf } from './target-of.ts'
import { noTrouble, type Trouble } from './trouble.ts'
import { readerWithoutLogprobs, withoutLogprobs } from './untold-logprobs.ts'

/**
 * A near answer is judged before it is served, and a better model asked where it does not pass.
 *
 * @example
 * nearside({ strategies: [cascade()], policy: { strategy: 'cascade', cascade: { bar: 0.8 } }, … })
 */
export function cascade(): StrategyOffer {
  return { name: 'cascade', run: runCascade }
}

type CascadeCheck = PlanCheck & { readonly kind: 'cascade' }

async function runCascade(call: Call, plan: Served['plan'], purse: Purse, desk: Desk): Promise<Served> {
  const { check } = plan
  if (check?.kind !== 'cascade') throw new NearsideError('no-tier-left', 'The plan is of no cascade.')
  const [step] = plan.steps
  const alarms = splitAlarm(call.alarm, desk.options.now)
  const trouble = noTrouble()
  const branch = openBranch(call, alarms(), nearRequest(call.request, desk.options.policy))
  const near = await askNear({ call, branch, step, check, alarms, purse, desk, trouble })
  const later = { ...call, alarm: alarms() }
  if (!('asked' in near)) {
    const askedAt = desk.options.now()
    const served = await runSteps(later, plan, null, purse, desk, trouble, (other) => other !== step)
    return {
      ...served,
      judged: {
        reason: plan.reason,
        confidence: null,
        steps: [near, missedRecord(served.step, 'served', desk.options.now() - askedAt)],
      },
    }
  }

  const { policy } = desk.options
  const attempts = trouble.attempts + near.asked.attempts
  noteWhole(near, near.tookMs, desk)
  if (passes(near.check, check.bar, policy)) {
    const steps = [stepRecordOf(near, 'served')]
    return nearServed(near, { plan, attempts, degraded: null }, 'near-passed', steps)
  }
  const begunAt = desk.options.now()
  // Its node is not waited for now: what it said must outlast the time that the better one is given.
  if (near.begun.kind === 'read') near.begun.deadline.clear()
  try {
    const served = await runSteps(later, plan, null, purse, desk, trouble, ({ tier }) => tier === 'frontier')
    giveUp(near, desk)
    const betterTookMs = desk.options.now() - begunAt
    noteWhole(served, betterTookMs, desk)
    const steps = [stepRecordOf(near, 'unsure'), missedRecord(served.step, 'served', betterTookMs)]
    const judged = { reason: 'escalated', confidence: null, steps } as const
    return { ...served, attempts: served.attempts + near.asked.attempts, degraded: null, judged }
  } catch (cause) {
    const error = faultOf(cause)
    if (call.clientGone.aborted || isBelowFloor(near.check, check.floor) || isOver(near.begun)) {
      giveUp(near, desk)
      throw error
    }
    const [, better] = plan.steps
    const outcome = isDenial(error) ? 'denied' : 'failed'
    const missed = better === undefined ? [] : [missedRecord(better, outcome, desk.options.now() - begunAt)]
    const steps = [...missed, stepRecordOf(near, 'served')]
    if (near.begun.kind === 'read') near.begun.deadline.begun(desk.options.deadlines.idleMs)
    return nearServed(near, { plan, attempts, degraded: whyNotBetter(error) }, plan.reason, steps)
  }
}

type Asking = {
  readonly call: Call
  readonly branch: Branch
  readonly step: Step
  readonly check: CascadeCheck
  readonly alarms: ReturnType<typeof splitAlarm>
  readonly purse: Purse
  readonly desk: Desk
  readonly trouble: Trouble
}

/** The near answer with what was found out about it, or why there is none; the time it may take is the caller's to lose. */
async function askNear(asking: Asking): Promise<NearAnswer | StepRecord> {
  const { call, branch, step, check, alarms, purse, desk, trouble } = asking
  const { now, policy, deadlines } = desk.options
  const target = targetOf(step, desk)
  const restMs = desk.restLeftMs(target.name)
  if (restMs !== null) {
    trouble.shortestRestMs = Math.min(trouble.shortestRestMs, restMs)
    return missedRecord(step, 'resting', 0)
  }
  const begunAt = now()
  const patience = alarms()
  if (check.nearMs !== null) patience.set(call.at + check.nearMs, branch.stop)
  const took = (): number => now() - begunAt
  try {
    const turn = { position: 0, othersLeft: true, endsAt: call.at + deadlines.totalMs, knock: false }
    const asked = await askTarget(branch.call, target, turn, purse, desk)
    if (asked.outcome === 'denied') {
      if (policy.whenSpent === 'refuse') throw asked.denial
      trouble.denial = asked.denial
      return missedRecord(step, 'denied', took())
    }
    if (asked.outcome === 'failed') {
      trouble.last = asked.error
      if (asked.error.code === 'tier-refused') trouble.refusal = asked.error
      trouble.attempts += asked.attempts
      return missedRecord(step, 'failed', took())
    }
    const checker = answerChecker(call.request, check.task, policy.cascade.calibration)
    const told = call.request.sampling.logprobs || !policy.cascade.askLogprobs
    try {
      const looked = await look(asked.begun, checker, asking, told)
      return { step, target, asked, ...looked, tookMs: took() }
    } catch (cause) {
      const error = faultOf(cause)
      const { aborted } = branch.call.clientGone
      giveUp({ target, asked, begun: asked.begun }, desk, aborted ? 'client-gone' : 'cut')
      if (aborted) throw error
      trouble.last = error
      trouble.attempts += asked.attempts
      return missedRecord(step, 'failed', took())
    }
  } catch (error) {
    if (!branch.call.clientGone.aborted || call.clientGone.aborted) throw error
    trouble.attempts++
    return missedRecord(step, 'too-slow', took())
  } finally {
    patience.rest()
  }
}

const nothing: AnswerCheck = { confidence: null, faults: [] }

async function look(
  begun: Begun,
  checker: AnswerChecker,
  { call, alarms, desk }: Asking,
  told: boolean,
): Promise<Pick<NearAnswer, 'begun' | 'check' | 'report'>> {
  if (begun.kind === 'native') return { begun, check: nothing, report: readNodeReport(null) }
  if (begun.kind === 'whole') {
    const { answer } = begun
    const report = readNodeReport(answer.wire)
    const check = checker.whole({ ...answer, toldConfidence: report.confidence })
    return { begun: told ? begun : { kind: 'whole', answer: withoutLogprobs(answer) }, check, report }
  }
  const { now, policy } = desk.options
  const { holdTokens, holdMs } = policy.cascade
  const holding = { tokens: holdTokens, until: now() + holdMs, answers: call.request.answers }
  const opening = await holdOpening(begun, holding, alarms())
  const { whole } = opening
  const report = readNodeReport(whole?.wire ?? null)
  const check =
    whole === null
      ? checker.opening(opening.text, opening.logprobs)
      : checker.whole({ ...whole, toldConfidence: report.confidence })
  const { first, reader } = told ? opening : readerWithoutLogprobs(opening.first, opening.reader)
  return { begun: { ...begun, first, reader }, check, report }
}

function nearRequest(request: Call['request'], { cascade: { askLogprobs } }: Policy): Call['request'] {
  if (!askLogprobs || request.sampling.logprobs) return request
  return { ...request, body: { ...request.body, logprobs: true } }
}

function passes(
  { confidence, faults }: AnswerCheck,
  bar: number,
  { cascade: { whenUntold } }: Policy,
): boolean {
  return confidence === null ? whenUntold === 'accept' && faults.length === 0 : confidence >= bar
}

/** It was given up meanwhile: nobody waited for it in time. */
function isOver(begun: Begun): boolean {
  return begun.kind !== 'whole' && begun.deadline.signal.aborted
}
