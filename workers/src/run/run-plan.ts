/**
 * Carries out a plan: each step in turn, with its attempts, until one has begun to answer.
 *
 * A step with a price is asked only after its cost was set aside. A denial is an outcome: where the policy says so
 * the request goes on to what costs nothing, else the caller is told which cap is spent. A failed attempt gives its
 * hold back when the upstream surely did not bill, and is charged when it may have. Nothing is tried again once the
 * client has seen a byte.
 */
import {
  type AnswerWhole,
  type Degradation,
  faultOf,
  NearsideError,
  noUsage,
  type Plan,
  type Step,
  type Target,
} from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import type { EdgeOffer } from '../edge/answerer.ts'
import type { OpenHold, Purse } from '../purse/purse.ts'
import { attempt, type Begun } from './attempt.ts'
import { mayFallBack, pauseBeforeRetry } from './pause.ts'

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
  let degraded = plan.degraded
  let last: NearsideError | null = null
  let attempts = 0

  const candidates = [...plan.steps, ...plan.fallbacks]
  for (const [position, step] of candidates.entries()) {
    const target = targetOf(step, desk)
    if (degraded === 'budget-spent' && target.price !== null) continue
    if (step.tier === 'edge' && offer !== null) {
      const begun: Begun = { kind: 'whole', answer: edgeAnswer(offer) }
      const { hold } = (await purse.reserve(position, 1, target)) as { hold: OpenHold }
      return { plan, step, target, attempts: 1, degraded, begun, hold, firstTokenMs: options.now() - call.at }
    }

    let hold: OpenHold | null = null
    for (let turn = 1; ; turn++) {
      if (hold === null) {
        const grant = await purse.reserve(position, turn, target)
        if (!grant.granted) {
          if (options.policy.whenSpent === 'refuse') throw grant.denial
          last = grant.denial
          degraded = 'budget-spent'
          break
        }
        hold = grant.hold
      }
      attempts++
      const askedAt = options.now()
      desk.heard(target.name, { type: 'call-begun' })
      try {
        const begun = await attempt(call, target, endsAt, options)
        const firstTokenMs = options.now() - askedAt
        desk.heard(target.name, { type: 'answer-begun', firstTokenMs })
        return { plan, step, target, attempts, degraded, begun, hold, firstTokenMs }
      } catch (error) {
        last = faultOf(error)
        noteFailure(last, target, desk)
        const pauseMs = pauseBeforeRetry(last, turn, endsAt - options.now(), options.retry, options.random)
        if (!last.maybeBilled) {
          if (pauseMs === null) hold.close({ type: 'refused' })
        } else {
          const type = last.code === 'client-gone' ? 'hung-up' : 'cut'
          hold.close({ type, promptTokens: 0, outputTokens: 0, heard: false })
          hold = null
        }
        if (!mayFallBack(last)) throw last
        if (pauseMs === null) break
        await pause(pauseMs, call.clientGone)
      }
    }
    if (degraded === null && last !== null && last.code !== 'tier-refused') degraded = downOf(step)
    if (options.now() >= endsAt) break
  }
  throw noneLeft(last, candidates.length)
}

/** A refusal of this request, or a client that left, says nothing of an upstream's health. */
function noteFailure(error: NearsideError, target: Target, desk: Desk): void {
  if (error.code === 'tier-failed' || error.code === 'timed-out')
    desk.heard(target.name, { type: 'call-failed' })
}

function targetOf(step: Step, desk: Desk): Target {
  const target = desk.options.targets.find(({ name }) => name === step.target)
  if (target === undefined)
    throw new NearsideError('no-tier-left', `The plan names ${step.target}, which is not here.`)
  return target
}

function downOf(step: Step): Degradation | null {
  return step.tier === 'edge' ? null : step.tier === 'local' ? 'local-down' : 'frontier-down'
}

function edgeAnswer(offer: EdgeOffer): AnswerWhole {
  return {
    type: 'answer-whole',
    choices: [{ index: 0, text: offer.text, toolCalls: [], finishReason: 'stop', logprobs: [] }],
    usage: noUsage,
    wire: null,
  }
}

/** One upstream's refusal or failure is told as it is; of several, that none is left. */
function noneLeft(last: NearsideError | null, tried: number): NearsideError {
  if (last === null)
    return new NearsideError('no-tier-left', 'Nothing could serve this request.', { retryAfterMs: 1_000 })
  if (tried === 1 || last.code === 'tier-refused' || last.code === 'budget-exhausted') return last
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

function pause(ms: number, clientGone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(wake, ms)
    clientGone.addEventListener('abort', wake, { once: true })
  })
}
