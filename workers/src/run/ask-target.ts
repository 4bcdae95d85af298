/**
 * Asks one target, as often as its retries allow, with its cost set aside.
 *
 * A failed attempt gives its hold to the next one when the upstream surely did not bill; when it may have, the hold is
 * charged and the next attempt makes its own. So a retry is charged as often as the upstream was used. Where another
 * upstream is left, a node of the operator's own is asked once: it is as likely to be busy as broken, and the other is
 * there at once.
 */
import { faultOf, type NearsideError, type StepTaken, type Target } from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import type { OpenHold, Purse } from '../purse/purse.ts'
import { attempt, type Begun, type HearNode } from './attempt.ts'
import { outcomeOfAttempt } from './note-end.ts'
import { mayFallBack, pauseBeforeRetry } from './pause.ts'

export type Asked =
  | {
      readonly outcome: 'begun'
      readonly begun: Begun
      readonly hold: OpenHold
      readonly attempts: number
      /** When the attempt that answered was begun. */
      readonly askedAt: number
      /** Null where the answer came whole. */
      readonly firstTokenMs: number | null
      /** Which weights answer, by their node's own word; null where it says nothing. */
      readonly version: string | null
    }
  | { readonly outcome: 'denied'; readonly denial: NearsideError }
  | {
      readonly outcome: 'failed'
      readonly error: NearsideError
      readonly attempts: number
      readonly noSlot: boolean
    }

/** Which of a plan's steps it is, what is left behind it, and until when. */
export type Turn = {
  readonly position: number
  readonly othersLeft: boolean
  readonly endsAt: number
  /** It is only asked whether a slot is free. */
  readonly knock: boolean
}

export async function askTarget(
  call: Call,
  target: Target,
  { position, othersLeft, endsAt, knock }: Turn,
  purse: Pick<Purse, 'reserve'>,
  desk: Desk,
): Promise<Asked> {
  const { now, retry, random } = desk.options
  const mayAskAgain = target.tier !== 'local' || !othersLeft
  let toldLoad = false
  let version: string | null = null
  const hearNode: HearNode = (load, said) => {
    version = said
    if (load === null) return
    toldLoad = true
    desk.heard(target.name, { type: 'load-told', load, version: said })
  }
  let hold: OpenHold | null = null
  for (let attempts = 1; ; attempts++) {
    if (hold === null) {
      const grant = await purse.reserve(position, attempts, target)
      if (!grant.granted) {
        take(call, target, 0, now(), 'denied', grant.denial, now)
        return { outcome: 'denied', denial: grant.denial }
      }
      hold = grant.hold
    }
    const askedAt = now()
    toldLoad = false
    desk.heard(target.name, { type: 'call-begun' })
    try {
      const begun = await attempt(
        call,
        target,
        { outputLimit: hold.outputLimit, endsAt, waitMs: knock ? 0 : null },
        desk.options,
        hearNode,
      )
      take(call, target, attempts, askedAt, 'begun', null, now)
      const firstTokenMs = begun.kind === 'whole' ? null : now() - askedAt
      desk.heard(target.name, { type: 'answer-begun', firstTokenMs })
      return { outcome: 'begun', begun, hold, attempts, askedAt, firstTokenMs, version }
    } catch (cause) {
      const error = faultOf(cause)
      take(call, target, attempts, askedAt, 'failed', error, now)
      const outcome = outcomeOfAttempt(error, target, call, toldLoad, knock)
      desk.heard(target.name, outcome)
      // The failure may have been the one that puts the upstream to rest.
      const askAgain = mayAskAgain && desk.restLeftMs(target.name) === null
      const pauseMs = askAgain ? pauseBeforeRetry(error, attempts, endsAt - now(), retry, random) : null
      if (error.maybeBilled || pauseMs === null) {
        hold.close(endingOf(error))
        hold = null
      }
      if (!mayFallBack(error, target.tier)) throw error
      if (pauseMs === null) {
        const noSlot = outcome.type === 'call-turned-away' && outcome.because === 'hurry'
        return { outcome: 'failed', error, attempts, noSlot: knock && noSlot }
      }
      await pause(pauseMs, call.clientGone)
    }
  }
}

/** Writes down what was tried, for the record. */
export function take(
  call: Call,
  { name, tier, model }: Target,
  attempt: number,
  askedAt: number,
  outcome: StepTaken['outcome'],
  error: NearsideError | null,
  now: () => number,
): void {
  const startedMs = askedAt - call.at
  const durationMs = now() - askedAt
  call.taken.push({
    target: name,
    tier,
    model,
    attempt,
    startedMs,
    durationMs,
    outcome,
    error: error?.code ?? null,
  })
}

function endingOf(error: NearsideError): Parameters<OpenHold['close']>[0] {
  if (!error.maybeBilled) return { type: 'refused' }
  const type = error.code === 'client-gone' ? 'hung-up' : 'cut'
  return { type, promptTokens: 0, outputTokens: 0, heard: false }
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
