/**
 * Carries out a supervised strategy: the supervisor where it is its turn to speak, the executor, and the supervisor once more
 * where the answer gives cause, before anybody sees it.
 *
 * Answers come whole, since one that may be taken back cannot have been let go; a caller who wants a stream is told it in one
 * piece. An answer that the supervisor does not let stand is given up, charged for what it was, and the executor asked anew
 * with what was said, a bounded number of times.
 */
import {
  type AnswerWhole,
  type Choice,
  degradationOf,
  executorRequest,
  type JsonObject,
  mintCallId,
  NearsideError,
  responseHeaders as names,
  nextCallNumber,
  type Policy,
  type Step,
  type SupervisedStrategy,
  withCallIds,
} from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import { letIn } from '../privacy/let-in.ts'
import type { Purse } from '../purse/purse.ts'
import { type WholeAsked, wholeRequest } from '../run/ask-whole.ts'
import { giveUp, nearServed, stepRecordOf } from '../run/near-answer.ts'
import { isBelowFloor } from '../run/not-better.ts'
import type { Served } from '../run/served.ts'
import { splitAlarm } from '../run/split-alarm.ts'
import { targetOf } from '../run/target-of.ts'
import { noneLeft, noTrouble, type Trouble } from '../run/trouble.ts'
import { withoutLogprobs } from '../run/untold-logprobs.ts'
import { type Asking, askOn, callWith } from './ask.ts'
import type { Keeping } from './session.ts'
import type { Supervision } from './supervision-options.ts'
import { openTurn, type Turn } from './turn.ts'

export type Run = {
  readonly call: Call
  readonly plan: Served['plan']
  readonly purse: Purse
  readonly desk: Desk
}

export type Supervised = {
  readonly name: SupervisedStrategy
  readonly terms: Supervision
  readonly seals: Keeping['seals']
}

/** How often an executor is asked anew about one turn. */
const mostAnew = 2

export async function runSupervised(run: Run, { name, terms: own, seals }: Supervised): Promise<Served> {
  const { call, plan, purse, desk } = run
  const terms = underPolicy(own, desk.options.policy)
  const { check } = plan
  if (check?.kind !== 'supervised')
    throw new NearsideError('no-tier-left', 'The plan is of no supervised session.')
  const { now, deadlines } = desk.options
  const asking: Asking = { call, purse, desk, alarms: splitAlarm(call.alarm, now) }
  const keeping = { store: terms.store, seals, keepMs: terms.keepMs, storeMs: deadlines.storeMs }
  const turn = await openTurn(asking, { strategy: name, supervisor: check.supervisor, terms, keeping })
  const trouble = noTrouble()
  const working: Working = {
    asking,
    plan,
    terms,
    turn,
    task: check.task,
    trouble,
    asked: 0,
    unverified: false,
  }

  let word = await turn.before()
  for (let anew = 0; ; anew++) {
    const overtaken = word?.verdict === 'take-over' ? await takenOver(working, check.supervisor) : null
    if (overtaken !== null) return told(overtaken, 'taken-over', working)
    const answered = await executed(working)
    const itsPlace = turn.records.length
    const [choice] = answered.near.begun.answer.choices
    const { confidence } = answered.near.check
    const isLast = anew === mostAnew
    word = choice === undefined || isLast ? null : await turn.after(choice, confidence)
    working.unverified = choice !== undefined && isLast && turn.wouldLookAt(choice, confidence)
    if (word === null || word.verdict === 'fine' || word.verdict === 'accept') {
      if (isBelowFloor(answered.near.check, check.floor)) {
        giveUp(answered.near, desk)
        throw new NearsideError('no-tier-left', 'No answer of the quality that is asked for could be had.')
      }
      return told(answered, 'supervised', working, itsPlace)
    }
    giveUp(answered.near, desk)
    turn.records.splice(itsPlace, 0, stepRecordOf(answered.near, 'replaced'))
  }
}

/** What the policy in force says stands over what the strategy was handed in with. */
function underPolicy(own: Supervision, { supervision }: Policy): Supervision {
  return {
    ...own,
    everyTurns: supervision.everyTurns ?? own.everyTurns,
    contextTokens: supervision.contextTokens ?? own.contextTokens,
    mostWords: supervision.mostWords ?? own.mostWords,
  }
}

type Working = {
  readonly asking: Asking
  readonly plan: Served['plan']
  readonly terms: Supervision
  readonly turn: Turn
  readonly task: string | null
  readonly trouble: Trouble
  /** How many were asked to answer: holds are named by it. */
  asked: number
  /** The supervisor let none of the answers so far stand, and is not asked about this one. */
  unverified: boolean
}

type Answered = WholeAsked & { readonly missed: null }

/** The executor's answer, or that of whoever stands in for it. */
async function executed(working: Working): Promise<Answered> {
  const { asking, plan, trouble, turn } = working
  const { call, desk } = asking
  const { now, deadlines, policy } = desk.options
  const steps = [...plan.steps, ...plan.fallbacks]
  for (const [position, step] of steps.entries()) {
    // Whoever is asked when the time is over cannot answer, and may bill all the same.
    if (trouble.last !== null && now() >= call.at + deadlines.totalMs) break
    const others = steps.slice(position + 1)
    const othersLeft = others.some(({ target }) => desk.restLeftMs(target) === null)
    const asked = await askedFor(step, working, othersLeft)
    if (asked.near !== null) return asked
    turn.records.push(asked.missed)
    if (asked.missed.outcome === 'denied') {
      if (policy.whenSpent === 'refuse' && asked.error !== null) throw asked.error
      trouble.denial = asked.error
    } else if (asked.error !== null) {
      trouble.last = asked.error
      if (asked.error.code === 'tier-refused') trouble.refusal = asked.error
    }
    trouble.attempts += asked.attempts
  }
  throw noneLeft(trouble, plan.fallbacks.length > 0)
}

async function takenOver(working: Working, supervisor: Step | null): Promise<Answered | null> {
  if (supervisor === null) return null
  const asked = await askedFor(supervisor, working, true).catch((error: unknown) => {
    if (working.asking.call.clientGone.aborted) throw error
    return null
  })
  if (asked?.near != null) return asked
  if (asked !== null) working.turn.records.push(asked.missed)
  return null
}

/** A local model is given what its context holds; the others see the whole conversation. */
async function askedFor(step: Step, working: Working, othersLeft: boolean): Promise<WholeAsked> {
  const { asking, terms, turn, task } = working
  const { call, desk } = asking
  const { policy } = desk.options
  const target = targetOf(step, desk)
  const near = step.tier === 'local'
  const most = Math.floor(target.contextTokens * promptShare)
  const contextTokens = near ? Math.min(terms.contextTokens, policy.localPromptTokens, most) : most
  const state = near ? turn.state : { ...turn.state, summary: null, resetAt: null }
  const given = executorRequest(call.request, state, { contextTokens, recentTurns: terms.recentTurns })
  const { sampling } = call.request
  const asks = near && !sampling.logprobs && terms.unsureBelow > 0 && policy.cascade.askLogprobs
  const theirs = callWith(call, wholeRequest(given, asks ? { logprobs: true } : {}), turn.level, desk)
  if (theirs.inspection !== undefined) letIn(theirs.inspection, {})
  const its = { position: working.asked++, task, limitMs: null, othersLeft }
  const asked = await askOn(theirs, step, its, asking)
  if (asked.near === null || !asks) return asked
  const answer = withoutLogprobs(asked.near.begun.answer)
  return { ...asked, near: { ...asked.near, begun: { kind: 'whole', answer } } }
}

/** The rest is for the answer. */
const promptShare = 0.75

function told(
  { near }: Answered,
  reason: 'supervised' | 'taken-over',
  { asking: { call }, plan, turn, trouble, unverified }: Working,
  itsPlace: number = turn.records.length,
): Served {
  const { session } = turn
  const answer =
    session === null
      ? near.begun.answer
      : withSession(near.begun.answer, call.request.messages, session.token)
  const stoodIn = reason === 'supervised' ? degradationOf(plan, near.step.tier) : null
  const worse = unverified ? 'unverified' : isUnsupervised(turn) ? 'unsupervised' : null
  const degraded = stoodIn ?? worse
  const attempts = trouble.attempts + near.asked.attempts
  const records = turn.records.toSpliced(itsPlace, 0, stepRecordOf(near, 'served'))
  const served = nearServed(
    { ...near, begun: { kind: 'whole', answer } },
    { plan, attempts, degraded },
    reason,
    records,
  )
  return { ...served, headers: headersOf(turn) }
}

/** It was to be looked at, and nobody could. */
function isUnsupervised({ unsupervised, causes }: Turn): boolean {
  return unsupervised !== null && causes.length > 0
}

function headersOf({ session, state, causes, said, unsupervised }: Turn): Record<string, string> {
  const words = unsupervised === null ? (said.length === 0 ? 'silent' : said.join('+')) : 'unsupervised'
  const parts = [
    words,
    ...(unsupervised === null ? [] : [`why=${unsupervised}`]),
    ...(causes.length === 0 ? [] : [`cause=${causes.join('+')}`]),
    ...(session === null ? [] : [`turn=${state.turn}`, `session=${session.isNew ? 'new' : 'continued'}`]),
  ]
  return {
    [names.supervision]: parts.join('; '),
    ...(session === null ? {} : { [names.sessionId]: session.token }),
  }
}

function withSession(answer: AnswerWhole, messages: Call['request']['messages'], token: string): AnswerWhole {
  if (answer.choices.every(({ toolCalls }) => toolCalls.length === 0)) return answer
  const first = nextCallNumber(messages, token)
  const mint = (position: number): string => mintCallId(token, first + position)
  let position = 0
  const choices = answer.choices.map(
    (choice): Choice => ({
      ...choice,
      toolCalls: choice.toolCalls.map((call) => ({ ...call, id: mint(position++) })),
    }),
  )
  return { ...answer, choices, wire: answer.wire === null ? null : rewritten(answer.wire, mint) }
}

/** Null where it is no JSON: it is then written anew from its plain fields. */
function rewritten(wire: string, mint: (position: number) => string): string | null {
  try {
    return JSON.stringify(withCallIds(JSON.parse(wire) as JsonObject, mint))
  } catch {
    return null
  }
}
