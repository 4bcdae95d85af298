/**
 * Carries out a plan: each step in turn, until one has begun to answer.
 *
 * A denial is an outcome: where the policy says so the request goes on to what costs nothing, else the caller is told
 * which cap is spent. Nothing is tried again once the client has seen a byte.
 */
import {
  type AnswerWhole,
  type Degradation,
  NearsideError,
  type NearsideErrorCode,
  noUsage,
  type Plan,
  type Step,
  type Target,
} from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import type { EdgeOffer } from '../edge/answerer.ts'
import { freeHold, type OpenHold, type Purse } from '../purse/purse.ts'
import { askTarget } from './ask-target.ts'
import type { Begun } from './attempt.ts'

export type Served = {
  readonly plan: Plan & { kind: 'serve' }
  readonly step: Step
  readonly target: Target
  readonly attempts: number
  readonly degraded: Degradation | null
  readonly begun: Begun
  readonly hold: OpenHold
  readonly firstTokenMs: number
}

export async function runPlan(
  call: Call,
  plan: Plan,
  offer: EdgeOffer | null,
  purse: Purse,
  desk: Desk,
): Promise<Served> {
  if (plan.kind === 'refuse') throw refusalOf(plan)
  const { options } = desk
  const endsAt = call.at + options.deadlines.totalMs
  let { degraded } = plan
  let last: NearsideError | null = null
  let failedAttempts = 0

  for (const [position, step] of [...plan.steps, ...plan.fallbacks].entries()) {
    const target = targetOf(step, desk)
    if (step.tier === 'edge' && offer !== null)
      return servedByEdge(call, plan, step, target, offer, options.now())
    if (degraded === 'budget-spent' && target.price !== null) continue

    const asked = await askTarget(call, target, position, endsAt, purse, desk)
    switch (asked.outcome) {
      case 'begun':
        return { ...asked, plan, step, target, degraded, attempts: failedAttempts + asked.attempts }
      case 'denied':
        if (options.policy.whenSpent === 'refuse') throw asked.denial
        last = asked.denial
        degraded = 'budget-spent'
        break
      case 'failed':
        last = asked.error
        failedAttempts += asked.attempts
        if (last.code !== 'tier-refused') degraded ??= step.tier === 'local' ? 'local-down' : 'frontier-down'
        break
    }
    if (options.now() >= endsAt) break
  }
  throw noneLeft(last, plan)
}

function servedByEdge(
  call: Call,
  plan: Served['plan'],
  step: Step,
  target: Target,
  offer: EdgeOffer,
  now: number,
): Served {
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
    degraded: plan.degraded,
    begun: { kind: 'whole', answer },
    hold: freeHold,
    firstTokenMs: now - call.at,
  }
}

function targetOf(step: Step, desk: Desk): Target {
  const target = desk.options.targets.find(({ name }) => name === step.target)
  if (target === undefined)
    throw new NearsideError('no-tier-left', `The plan names ${step.target}, which is not here.`)
  return target
}

/** One upstream's refusal or failure is told as it is, and so is a cap; of several failures, that nothing is left. */
function noneLeft(last: NearsideError | null, plan: Served['plan']): NearsideError {
  if (last === null) {
    return new NearsideError('no-tier-left', 'Nothing could serve this request.', { retryAfterMs: 1_000 })
  }
  const told: readonly NearsideErrorCode[] = ['tier-refused', 'budget-exhausted', 'budget-in-flight']
  if (plan.fallbacks.length === 0 || told.includes(last.code)) return last
  return new NearsideError('no-tier-left', 'Every upstream that may serve this request failed.', {
    cause: last,
    retryAfterMs: last.retryAfterMs ?? 1_000,
  })
}

function refusalOf(plan: Plan & { kind: 'refuse' }): NearsideError {
  switch (plan.refusal) {
    case 'private-and-no-premises':
      return new NearsideError(
        'privacy-refused',
        'This request is marked never-leave, and nothing on the premises can serve it. Nothing was sent.',
      )
    case 'contract-names-no-target':
      return new NearsideError(
        'privacy-refused',
        'This account’s contract names no provider that can serve this request. Nothing was sent.',
      )
    case 'too-long':
      return new NearsideError(
        'context-too-long',
        'The conversation is longer than every model here can take.',
        {
          param: 'messages',
        },
      )
    case 'tier-not-configured':
      return new NearsideError(
        'bad-request',
        'The tier that this request is pinned to is not configured here.',
        {
          param: 'model',
        },
      )
    case 'quality-floor-unmet':
      return new NearsideError('no-tier-left', 'Nothing that is here reaches the quality that was asked for.')
    case 'nothing-can-serve':
      return new NearsideError('bad-request', 'Nothing here can serve this kind of request.', {
        param: 'model',
      })
  }
}
