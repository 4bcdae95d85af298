/**
 * Asks the steps of a plan in turn, until one has begun to answer.
 *
 * A denial is an outcome: where the policy says so the request goes on to what costs nothing, else the caller is told
 * which cap is spent. An upstream that rests is passed over. Nothing is tried again once the client has seen a byte.
 */
import { type AnswerWhole, noUsage, type Step, type Target } from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import type { EdgeOffer } from '../edge/answerer.ts'
import { freeHold, type Purse } from '../purse/purse.ts'
import { type Asked, askTarget, type Turn, take } from './ask-target.ts'
import { openKnocks } from './knocks.ts'
import type { Served } from './served.ts'
import { targetOf } from './target-of.ts'
import { degradedBy, noneLeft, type Trouble } from './trouble.ts'

/** Asks each of a plan's steps in turn, or each of those that `may` be asked, after the trouble there was. */
export async function runSteps(
  call: Call,
  plan: Served['plan'],
  offer: EdgeOffer | null,
  purse: Purse,
  desk: Desk,
  trouble: Trouble,
  may: (step: Step) => boolean = anyone,
): Promise<Served> {
  const { options } = desk
  const endsAt = call.at + options.deadlines.totalMs
  const steps = [...plan.steps, ...plan.fallbacks].filter(may)

  const knocks = openKnocks(steps, desk)
  const hadTrouble = trouble.last !== null || Number.isFinite(trouble.shortestRestMs)
  for (let position = 0; knocks.reaches(position); position++) {
    // Whoever is asked when the time is over cannot answer, and may bill all the same.
    if (trouble.last !== null && options.now() >= endsAt) break
    const step = steps[position]!
    const target = targetOf(step, desk)
    if (step.tier === 'edge' && offer !== null)
      return servedByEdge(call, plan, step, target, offer, options.now())
    const onlyWhatIsFree = trouble.denial !== null
    if (onlyWhatIsFree && target.price !== null) continue
    // Who rested when the plan was made may be ready by now, and the other way round.
    const restMs = desk.restLeftMs(target.name)
    if (restMs !== null) {
      trouble.shortestRestMs = Math.min(trouble.shortestRestMs, restMs)
      take(call, target, 0, options.now(), 'resting', null, options.now)
      continue
    }

    const othersLeft = steps.slice(position + 1).some((other) => mayAnswer(other, plan, desk))
    const knock = knocks.only(position)
    const turn = { position, othersLeft: othersLeft || knock, endsAt, knock }
    const { asked, by } = await asking(call, target, steps.slice(position + 1), turn, purse, desk)
    switch (asked.outcome) {
      case 'begun': {
        const attempts = trouble.attempts + asked.attempts
        const degraded = degradedBy(trouble, plan, step)
        if (by === target) return { ...asked, plan, step, target, attempts, degraded }
        return { ...asked, plan, step: stepTo(by, steps), target: by, attempts: attempts + 1, degraded }
      }
      case 'denied':
        if (options.policy.whenSpent === 'refuse') throw asked.denial
        trouble.denial = asked.denial
        break
      case 'failed':
        trouble.last = asked.error
        if (asked.error.code === 'tier-refused') trouble.refusal = asked.error
        trouble.attempts += asked.attempts
        if (asked.noSlot) knocks.inVain(position)
        break
    }
  }
  throw noneLeft(trouble, hadTrouble || plan.fallbacks.length > 0)
}

const anyone = (): boolean => true

/** What the caps have too little left for is asked, but not counted on. */
function mayAnswer(step: Step, { spent }: Served['plan'], desk: Desk): boolean {
  if (desk.restLeftMs(step.target) !== null) return false
  return spent === undefined || targetOf(step, desk).price === null
}

/** The outcome, and whose it is. */
export type AskedOf = { readonly asked: Asked; readonly by: Target }

/** Asks two nodes, the second where the first is silent for too long. */
export type AskHedged = (
  call: Call,
  nodes: readonly [Target, Target],
  turn: Turn,
  purse: Purse,
  desk: Desk,
) => Promise<AskedOf>

/** Asks one, and where the host hedges a second node behind it that costs as little. */
async function asking(
  call: Call,
  target: Target,
  later: readonly Step[],
  turn: Turn,
  purse: Purse,
  desk: Desk,
): Promise<AskedOf> {
  const { hedging } = desk.options
  const spare = hedging === null ? null : spareNode(target, later, desk)
  if (hedging === null || spare === null)
    return { asked: await askTarget(call, target, turn, purse, desk), by: target }
  return (hedging.run as AskHedged)(call, [target, spare], turn, purse, desk)
}

function spareNode(target: Target, later: readonly Step[], desk: Desk): Target | null {
  if (target.tier !== 'local' || target.price !== null) return null
  for (const step of later) {
    if (step.tier !== 'local' || step.astray || desk.restLeftMs(step.target) !== null) continue
    const spare = targetOf(step, desk)
    if (spare.price === null) return spare
  }
  return null
}

function stepTo({ name }: Target, steps: readonly Step[]): Step {
  return steps.find((step) => step.target === name) as Step
}

function servedByEdge(
  call: Call,
  plan: Served['plan'],
  step: Step,
  target: Target,
  offer: EdgeOffer,
  now: number,
): Served {
  take(call, target, 1, now, 'begun', null, () => now)
  const answer: AnswerWhole = {
    type: 'answer-whole',
    choices: [{ index: 0, text: offer.text, toolCalls: [], finishReason: 'stop', logprobs: [] }],
    usage: noUsage,
    wire: null,
  }
  return {
    plan,
    step,
    target,
    attempts: 1,
    degraded: null,
    begun: { kind: 'whole', answer },
    hold: freeHold,
    askedAt: now,
    firstTokenMs: call.request.stream ? now - call.at : null,
    version: null,
  }
}
