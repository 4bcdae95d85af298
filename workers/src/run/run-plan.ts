/**
 * Carries out a plan: each step in turn, until one has begun to answer.
 *
 * A denial is an outcome: where the policy says so the request goes on to what costs nothing, else the caller is told
 * which cap is spent. An upstream that rests is passed over. Nothing is tried again once the client has seen a byte.
 */
import {
  type AnswerWhole,
  type Degradation,
  degradationOf,
  type MapReduceReport,
  NearsideError,
  noUsage,
  type Plan,
  type Reason,
  type SessionState,
  type Step,
  type Strategy,
  type Target,
} from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import type { EdgeOffer } from '../edge/answerer.ts'
import { freeHold, type OpenHold, type Purse } from '../purse/purse.ts'
import type { StepRecord } from '../record/record.ts'
import { type Asked, askTarget, type Turn, take } from './ask-target.ts'
import type { Begun } from './attempt.ts'
import { openKnocks } from './knocks.ts'
import { refusalOf } from './refusal-of.ts'

/** What became of its session, and the word that the next turn may bring; null where there is nothing to hold to. */
export type ServedSession = { readonly state: SessionState; readonly token: string | null }

export type Served = {
  readonly plan: Plan & { kind: 'serve' }
  readonly step: Step
  readonly target: Target
  readonly attempts: number
  readonly degraded: Degradation | null
  readonly begun: Begun
  readonly hold: OpenHold
  /** When the attempt that answered was begun. */
  readonly askedAt: number
  /** Null where the answer came whole. */
  readonly firstTokenMs: number | null
  /** Which weights answer, by their node's own word; null where it says nothing. */
  readonly version: string | null
  /** The session that it goes on with; left out where sessions are not kept. */
  readonly session?: ServedSession
  /** What was found out about the answer before it was served; left out where nobody looked. */
  readonly judged?: Judged
  /** What the strategy tells the caller in headers of its own. */
  readonly headers?: Readonly<Record<string, string>>
  /** How a long document was read in pieces, as far as it is known when it is asked; left out where none was. */
  readonly mapReduce?: () => MapReduceReport
}

export type Judged = {
  /** Why this answer is the one that is served. */
  readonly reason: Reason
  /** How far it is believed; null where nothing tells. */
  readonly confidence: number | null
  /** All that was asked, in turn. */
  readonly steps: readonly StepRecord[]
}

/** Asks two nodes, the second where the first is silent for too long. */
export type AskHedged = (
  call: Call,
  nodes: readonly [Target, Target],
  turn: Turn,
  purse: Purse,
  desk: Desk,
) => Promise<AskedOf>

/** Carries out the plans of one strategy. */
export type RunStrategy = (
  call: Call,
  plan: Plan & { kind: 'serve' },
  purse: Purse,
  desk: Desk,
) => Promise<Served>

/** What went wrong on the way to an answer. */
export type Trouble = {
  attempts: number
  last: NearsideError | null
  /** What a local node said of the request itself. */
  refusal: NearsideError | null
  denial: NearsideError | null
  shortestRestMs: number
}

export async function runPlan(
  call: Call,
  plan: Plan,
  offer: EdgeOffer | null,
  purse: Purse,
  desk: Desk,
): Promise<Served> {
  if (plan.kind === 'refuse') throw refusalOf(plan)
  // `domain` chooses a tier; what is done then is direct.
  if (plan.strategy !== 'direct' && plan.strategy !== 'domain')
    return runnerOf(plan.strategy, desk)(call, plan, purse, desk)
  return runSteps(call, plan, offer, purse, desk, noTrouble())
}

export function noTrouble(): Trouble {
  return {
    attempts: 0,
    last: null,
    refusal: null,
    denial: null,
    shortestRestMs: Number.POSITIVE_INFINITY,
  }
}

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

    const othersLeft = steps.slice(position + 1).some((other) => desk.restLeftMs(other.target) === null)
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

/** The outcome, and whose it is. */
export type AskedOf = { readonly asked: Asked; readonly by: Target }

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

/** What a strategy's `run` is, is known here; the options only keep it. */
function runnerOf(name: Strategy, { options }: Desk): RunStrategy {
  const found = options.strategies.find((strategy) => strategy.name === name)
  if (found === undefined)
    throw new NearsideError('bad-options', `strategies lacks ${name}, which the plan asks for.`)
  return found.run as RunStrategy
}

/** A request that a local node refused belonged elsewhere: that the frontier answers it makes it no worse. */
function degradedBy({ denial, refusal }: Trouble, plan: Served['plan'], step: Step): Degradation | null {
  if (plan.wished === 'local' && refusal !== null) return null
  const degraded = degradationOf(plan, step.tier)
  if (degraded === null || denial === null) return degraded
  return denial.code.startsWith('budget-') ? 'budget-spent' : 'limit-reached'
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

export function targetOf(step: Step, desk: Desk): Target {
  const target = desk.options.targets.find(({ name }) => name === step.target)
  if (target === undefined)
    throw new NearsideError('no-tier-left', `The plan names ${step.target}, which is not here.`)
  return target
}

/**
 * A cap is told as it is, and so is a refusal, which a caller could ask again for ever; of several failures, that
 * nothing is left.
 */
export function noneLeft(
  { last, refusal, denial, shortestRestMs }: Trouble,
  several: boolean,
): NearsideError {
  const asItIs = denial ?? refusal
  if (asItIs !== null) return asItIs
  if (last === null) {
    return new NearsideError('no-tier-left', 'Everything that may serve this request rests after failures.', {
      retryAfterMs: Number.isFinite(shortestRestMs) ? shortestRestMs : 1_000,
    })
  }
  if (!several) return last
  return new NearsideError('no-tier-left', 'Every upstream that may serve this request failed.', {
    cause: last,
    retryAfterMs: last.retryAfterMs ?? 1_000,
  })
}
