/**
 * Carries out `consistency`: two whole answers are made at once, and the near one stands where they say the same.
 *
 * `samples` asks the near model twice and the better one only where the two differ. `side-by-side` asks one of each: the
 * better answer is there already when they differ. Both come whole; a caller who wanted a stream is told the answer as one
 * that is all there. An answer with a plain fault never stands, however often it is given.
 */
import {
  type Agreement,
  agreementOf,
  answerChecker,
  faultOf,
  type JsonObject,
  NearsideError,
  type PlanCheck,
  type Policy,
  type Step,
  type VectorOf,
} from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import { checkKeys } from '../options/checks.ts'
import type { StrategyOffer } from '../options/options.ts'
import type { Purse } from '../purse/purse.ts'
import type { StepRecord } from '../record/record.ts'
import { askWhole, type WholeAsked, wholeRequest } from './ask-whole.ts'
import { openBranch } from './branch.ts'
import { giveUp, missedRecord, type NearAnswer, nearServed, noteWhole, stepRecordOf } from './near-answer.ts'
import { isBelowFloor, isDenial, whyNotBetter } from './not-better.ts'
import type { RunStrategy } from './run-plan.ts'
import { runSteps } from './run-steps.ts'
import type { Served } from './served.ts'
import { splitAlarm } from './split-alarm.ts'
import { noTrouble, type Trouble } from './trouble.ts'

export type ConsistencyOptions = {
  /** Makes the vector of a sentence, for answers without one right form: the classifier's `sentenceVector`. @default letter triples */
  readonly vectorOf?: VectorOf
}

/**
 * Two answers are made, and the near one stands where they agree.
 *
 * @example
 * nearside({ strategies: [consistency()], policy: { strategy: 'consistency' }, … })
 */
export function consistency(given: ConsistencyOptions = {}): StrategyOffer {
  checkKeys(given, { vectorOf: true }, 'consistency')
  const { vectorOf } = given
  const run: RunStrategy = (call, plan, purse, desk) =>
    runConsistency(call, plan, purse, desk, vectorOf ?? null)
  return { name: 'consistency', run }
}

type ConsistencyCheck = PlanCheck & { readonly kind: 'consistency' }

async function runConsistency(
  call: Call,
  plan: Served['plan'],
  purse: Purse,
  desk: Desk,
  vectorOf: VectorOf | null,
): Promise<Served> {
  const { check, steps } = plan
  const [step, better] = steps
  if (check?.kind !== 'consistency' || better === undefined)
    throw new NearsideError('no-tier-left', 'The plan is of no two answers.')
  const alarms = splitAlarm(call.alarm, desk.options.now)
  const endsAt = call.at + desk.options.deadlines.totalMs
  const checker = answerChecker(call.request, check.task, desk.options.policy.cascade.calibration)
  const second = check.way === 'samples' ? step : better
  const one = openBranch(call, alarms(), wholeRequest(call.request))
  const more = check.way === 'samples' ? sampling(call, desk.options.policy, desk.options.random()) : {}
  const other = openBranch(call, alarms(), wholeRequest(call.request, more))
  if (check.nearMs !== null) {
    alarms().set(call.at + check.nearMs, () => {
      one.stop()
      if (check.way === 'samples') other.stop()
    })
  }
  const position = check.way === 'samples' ? steps.length + plan.fallbacks.length : 1
  const asked = await bothOf(
    askWhole(one, { step, position: 0, endsAt, checker }, purse, desk),
    askWhole(other, { step: second, position, endsAt, checker }, purse, desk),
    desk,
  )
  const trouble = troubleOf(asked)
  const [ours, theirs] = asked.map(({ near }) => near) as [NearAnswer | null, NearAnswer | null]
  const agreement = compared(ours, theirs, check, vectorOf)
  if (ours !== null && theirs !== null && agreement?.agreed === true) {
    giveUp(theirs, desk)
    const records = [
      stepRecordOf(ours, 'served'),
      { ...stepRecordOf(theirs, 'agreed'), agreement: agreement.score },
    ]
    return nearServed(ours, { plan, attempts: trouble.attempts, degraded: null }, 'agreed', records)
  }
  const told = asked.map(({ near, missed }) => missed ?? differing(near as NearAnswer, agreement))
  if (check.way === 'side-by-side' && theirs !== null) {
    if (ours !== null) giveUp(ours, desk)
    const records = [...told.slice(0, 1), { ...stepRecordOf(theirs, 'served'), confidence: null }]
    const reason = ours === null ? plan.reason : 'disagreed'
    const served = nearServed(theirs, { plan, attempts: trouble.attempts, degraded: null }, reason, records)
    return { ...served, judged: { reason, confidence: null, steps: records } }
  }
  return insteadOf(ours ?? theirs, told, {
    call,
    plan,
    purse,
    desk,
    trouble,
    alarm: alarms(),
    spare: ours === null ? null : theirs,
  })
}

type Instead = {
  readonly call: Call
  readonly plan: Served['plan']
  readonly purse: Purse
  readonly desk: Desk
  readonly trouble: Trouble
  readonly alarm: Call['alarm']
  /** The other answer, which is not served in any case. */
  readonly spare: NearAnswer | null
}

/** The two did not agree, or one did not come: the better model answers, and the near answer where it does not. */
async function insteadOf(
  near: NearAnswer | null,
  told: readonly StepRecord[],
  { call, plan, purse, desk, trouble, alarm, spare }: Instead,
): Promise<Served> {
  const { now, policy } = desk.options
  const begunAt = now()
  if (spare !== null) giveUp(spare, desk)
  const wasAsked = plan.check?.kind === 'consistency' && plan.check.way === 'side-by-side'
  try {
    // A better model that was asked at once and failed has had its turn.
    if (wasAsked && near !== null)
      throw trouble.denial ?? trouble.last ?? new NearsideError('no-tier-left', 'The better model rests.')
    if (near === null && trouble.denial !== null && policy.whenSpent === 'refuse') throw trouble.denial
    const wereAsked = wasAsked ? plan.steps : plan.steps.slice(0, 1)
    const may = (step: Step): boolean =>
      near === null ? !wereAsked.includes(step) : step.tier === 'frontier'
    const before = near === null ? trouble : { ...trouble, denial: null }
    const served = await runSteps({ ...call, alarm }, plan, null, purse, desk, before, may)
    if (near !== null) giveUp(near, desk)
    const tookMs = now() - begunAt
    noteWhole(served, tookMs, desk)
    const reason = near === null ? plan.reason : 'disagreed'
    const judged = {
      reason,
      confidence: null,
      steps: [...told, missedRecord(served.step, 'served', tookMs)],
    } as const
    return near === null ? { ...served, judged } : { ...served, degraded: null, judged }
  } catch (cause) {
    const error = faultOf(cause)
    if (near === null || call.clientGone.aborted || isBelowFloor(near.check, plan.check?.floor ?? 0)) {
      if (near !== null) giveUp(near, desk)
      throw error
    }
    const [, better] = plan.steps
    const outcome = isDenial(error) ? 'denied' : 'failed'
    const missed = wasAsked || better === undefined ? [] : [missedRecord(better, outcome, now() - begunAt)]
    const degraded = whyNotBetter(error)
    return nearServed(near, { plan, attempts: trouble.attempts, degraded }, plan.reason, [...told, ...missed])
  }
}

/** Both, however they end: what one of them throws is thrown once the other is over, and its answer given up. */
async function bothOf(
  one: Promise<WholeAsked>,
  other: Promise<WholeAsked>,
  desk: Desk,
): Promise<readonly [WholeAsked, WholeAsked]> {
  const [first, second] = await Promise.allSettled([one, other])
  if (first.status === 'fulfilled' && second.status === 'fulfilled') return [first.value, second.value]
  for (const each of [first, second]) {
    if (each.status === 'fulfilled' && each.value.near !== null) giveUp(each.value.near, desk)
  }
  throw first.status === 'rejected' ? first.reason : (second as PromiseRejectedResult).reason
}

function compared(
  ours: NearAnswer | null,
  theirs: NearAnswer | null,
  { alikeFrom }: ConsistencyCheck,
  vectorOf: VectorOf | null,
): Agreement | null {
  if (ours?.begun.kind !== 'whole' || theirs?.begun.kind !== 'whole') return null
  const agreement = agreementOf(ours.begun.answer.choices, theirs.begun.answer.choices, alikeFrom, vectorOf)
  return ours.check.faults.length === 0 ? agreement : { ...agreement, agreed: false }
}

function differing(near: NearAnswer, agreement: Agreement | null): StepRecord {
  const record = stepRecordOf(near, 'differed')
  return agreement === null ? record : { ...record, agreement: agreement.score }
}

function troubleOf(asked: readonly WholeAsked[]): Trouble {
  const trouble = noTrouble()
  for (const each of asked) {
    if (each.near !== null) trouble.attempts += each.near.asked.attempts
    else {
      trouble.attempts += each.attempts
      if (each.missed.outcome === 'denied') trouble.denial = each.error
      else if (each.error !== null) trouble.last = each.error
    }
  }
  return trouble
}

/** A model that is asked the same twice says the same, unless it may choose otherwise. */
function sampling({ request }: Call, { consistency: { temperature } }: Policy, chance: number): JsonObject {
  const { seed } = request.sampling
  const other = seed === null ? Math.floor(chance * 0x7fffffff) : seed + 1
  return { temperature: Math.max(temperature, request.sampling.temperature ?? 0), seed: other }
}
