/**
 * Carries out `map-reduce`: a supervisor sees the task and an outline and writes questions, local nodes put them to the pieces of the
 * document, and the supervisor sums up the passages that they found, or asks once more.
 *
 * The document itself goes to local nodes alone. Where no supervisor may be asked, or none is there, the task is put to the pieces as it is, and a
 * local model sums up. Pieces that nobody answered for are said and do not fail the request; where not one piece was answered, the request
 * is carried out whole by whoever may stand in for local nodes.
 */
import { type Degradation, NearsideError, type Step, type Target } from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import type { StrategyOffer } from '../options/options.ts'
import type { Purse } from '../purse/purse.ts'
import { missedRecord } from '../run/near-answer.ts'
import { isDenial, whyNotBetter } from '../run/not-better.ts'
import { runSteps } from '../run/run-steps.ts'
import type { Served } from '../run/served.ts'
import { splitAlarm } from '../run/split-alarm.ts'
import { targetOf } from '../run/target-of.ts'
import { noneLeft, noTrouble } from '../run/trouble.ts'
import { citing } from './cited.ts'
import { planJobs } from './plan-jobs.ts'
import { isProvider, openReading, type Reading, reportOf } from './reading.ts'
import { runErrands } from './run-errands.ts'
import { type SummedUp, sumUp } from './sum-up.ts'

/**
 * A long document is read in pieces by local nodes, under a supervisor who sees an outline and what was found.
 *
 * @example
 * nearside({ strategies: [mapReduce()], policy: { strategy: 'map-reduce', mapReduce: { leastTokens: 12_000 } }, … })
 */
export function mapReduce(): StrategyOffer {
  return { name: 'map-reduce', run: runMapReduce }
}

async function runMapReduce(call: Call, plan: Served['plan'], purse: Purse, desk: Desk): Promise<Served> {
  const { check } = plan
  if (check?.kind !== 'map-reduce') throw new NearsideError('no-tier-left', 'The plan is of no document.')
  const all = [...plan.steps, ...plan.fallbacks]
  const targets = all.map((step) => targetOf(step, desk))
  const alarms = splitAlarm(call.alarm, desk.options.now)
  const reading = openReading(call, plan, targets, check.nearMs, { purse, desk, alarms })
  if (reading === null)
    throw new NearsideError('no-tier-left', 'The plan is of a document that is not there.')
  const nodes = all.filter(({ tier }) => tier === 'local')
  const supervisors = all.filter((step) => step.tier === 'frontier' && maySee(call, targetOf(step, desk)))

  const { jobs, denial } = await planJobs(reading, supervisors)
  if (denial !== null && desk.options.policy.whenSpent === 'refuse') throw denial
  await runErrands(reading, jobs, nodes)
  if (reading.counts.found + reading.counts.abstained === 0) return whole(reading)

  const mayAskMore = reading.policy.rounds > 1
  const by = denial === null ? supervisors : []
  let summed = await sumUp(
    reading,
    by.length === 0 ? steady(reading, nodes) : by,
    mayAskMore && by.length > 0,
  )
  if (summed.kind === 'jobs') {
    if (summed.jobs.length > 0) await runErrands(reading, summed.jobs, nodes)
    summed = await sumUp(reading, by, false)
  }
  if (summed.kind === 'answer')
    return answered(reading, summed, denial === null ? null : whyNotBetter(denial))
  const why = summed.kind === 'none' ? summed.error : null
  if (why !== null && isDenial(why) && desk.options.policy.whenSpent === 'refuse') throw why
  // A store that is away is no matter of who answers: the operator has said what holds then.
  if (why?.code === 'store-failed') throw why
  if (by.length === 0) throw failed(why, nodes.length > 1)
  if (!mayStandIn(desk, check.floor)) throw failed(why, by.length > 1)
  const near = await sumUp(reading, steady(reading, nodes), false)
  if (near.kind !== 'answer') throw failed((near.kind === 'none' ? near.error : null) ?? why, true)
  return answered(reading, near, why === null ? 'frontier-down' : whyNotBetter(why))
}

/** What nobody has looked through is not shown to a provider as a matter of convenience. */
function maySee({ wishes, inspection }: Call, { zone }: Target): boolean {
  return wishes.privacy.level !== 'sensitive' || inspection !== undefined || !isProvider(zone)
}

/** Whoever failed at a piece is asked last for the sum. */
function steady({ troubled }: Reading, nodes: readonly Step[]): readonly Step[] {
  return nodes.toSorted((a, b) => Number(troubled.has(a.target)) - Number(troubled.has(b.target)))
}

/** One upstream's fault is told as it is; of several that failed, that nobody is left. */
function failed(last: NearsideError | null, several: boolean): NearsideError {
  const refusal = last?.code === 'tier-refused' ? last : null
  return last === null ? nobodyLeft() : noneLeft({ ...noTrouble(), last, refusal }, several)
}

function mayStandIn({ options: { policy } }: Desk, floor: number): boolean {
  return floor === 0 && policy.whenFrontierDown === 'local' && policy.fallBack.frontier.includes('local')
}

function answered(
  reading: Reading,
  { one, step, begun: opened }: SummedUp & { readonly kind: 'answer' },
  degraded: Degradation | null,
): Served {
  const { plan, counts, passages, steps, usage } = reading
  const cited = citing(new Set(passages.map(({ chunk }) => chunk)), usage)
  const { hold, askedAt, firstTokenMs, version } = one.asked
  const begun =
    opened.kind === 'whole'
      ? { ...opened, answer: cited.whole(opened.answer) }
      : opened.kind === 'read'
        ? { ...opened, ...cited.stream(opened.first, opened.reader) }
        : opened
  return {
    plan,
    step,
    target: one.target,
    attempts: counts.attempts,
    degraded: degraded ?? (counts.unanswered + counts.left > 0 ? 'partly-read' : null),
    begun,
    hold: cited.hold(hold, one.promptTokens),
    askedAt,
    firstTokenMs,
    version,
    judged: {
      reason: plan.reason,
      confidence: null,
      steps: [...steps, missedRecord(step, 'served', one.tookMs)],
    },
    mapReduce: () => reportOf(reading, cited.cited, cited.removed),
  }
}

/** No node answered: as for any other request that belongs to local nodes while they are down. */
async function whole(reading: Reading): Promise<Served> {
  const { call, plan, purse, desk, chunks, alarms, steps, counts } = reading
  const { policy } = desk.options
  const tokens = chunks.reduce((sum, each) => sum + each.tokens, promptAround)
  const fits = (step: Step): boolean =>
    step.tier === 'frontier' &&
    maySee(call, targetOf(step, desk)) &&
    targetOf(step, desk).contextTokens > tokens
  if (policy.whenLocalDown === 'refuse' || !policy.fallBack.local.includes('frontier')) throw nobodyLeft()
  if (![...plan.steps, ...plan.fallbacks].some(fits)) throw nobodyLeft()
  const begunAt = desk.options.now()
  const later = { ...call, alarm: alarms() }
  const trouble = { ...noTrouble(), last: nobodyLeft() }
  const served = await runSteps(later, { ...plan, strategy: 'direct' }, null, purse, desk, trouble, fits)
  return {
    ...served,
    attempts: served.attempts + counts.attempts,
    degraded: 'local-down',
    judged: {
      reason: plan.reason,
      confidence: null,
      steps: [...steps, missedRecord(served.step, 'served', desk.options.now() - begunAt)],
    },
  }
}

/** What a request says beside its document. */
const promptAround = 2_000

function nobodyLeft(): NearsideError {
  return new NearsideError('no-tier-left', 'Nobody is left who may read the document or sum it up.', {
    retryAfterMs: 1_000,
  })
}
