/**
 * Asks one target, as often as its retries allow, with its cost set aside.
 *
 * A failed attempt gives its hold to the next one when the upstream surely did not bill; when it may have, the hold is
 * charged and the next attempt makes its own. So a retry is charged as often as the upstream was used.
 */
import { faultOf, type NearsideError, type Target } from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Desk } from '../desk/desk.ts'
import type { OpenHold, Purse } from '../purse/purse.ts'
import { attempt, type Begun } from './attempt.ts'
import { mayFallBack, pauseBeforeRetry } from './pause.ts'

export type Asked =
  | {
      readonly outcome: 'begun'
      readonly begun: Begun
      readonly hold: OpenHold
      readonly attempts: number
      readonly firstTokenMs: number
    }
  | { readonly outcome: 'denied'; readonly denial: NearsideError }
  | { readonly outcome: 'failed'; readonly error: NearsideError; readonly attempts: number }

export async function askTarget(
  call: Call,
  target: Target,
  position: number,
  endsAt: number,
  purse: Purse,
  desk: Desk,
): Promise<Asked> {
  const { now, retry, random } = desk.options
  let hold: OpenHold | null = null
  for (let turn = 1; ; turn++) {
    if (hold === null) {
      const grant = await purse.reserve(position, turn, target)
      if (!grant.granted) return { outcome: 'denied', denial: grant.denial }
      hold = grant.hold
    }
    const askedAt = now()
    desk.heard(target.name, { type: 'call-begun' })
    try {
      const { begun, load } = await attempt(call, target, endsAt, desk.options)
      const firstTokenMs = now() - askedAt
      desk.heard(target.name, { type: 'answer-begun', firstTokenMs, load })
      return { outcome: 'begun', begun, hold, attempts: turn, firstTokenMs }
    } catch (cause) {
      const error = faultOf(cause)
      noteFailure(error, target, desk)
      const pauseMs = pauseBeforeRetry(error, turn, endsAt - now(), retry, random)
      if (error.maybeBilled || pauseMs === null) {
        hold.close(endingOf(error))
        hold = null
      }
      if (!mayFallBack(error)) throw error
      if (pauseMs === null) return { outcome: 'failed', error, attempts: turn }
      await pause(pauseMs, call.clientGone)
    }
  }
}

function endingOf(error: NearsideError): Parameters<OpenHold['close']>[0] {
  if (!error.maybeBilled) return { type: 'refused' }
  const type = error.code === 'client-gone' ? 'hung-up' : 'cut'
  return { type, promptTokens: 0, outputTokens: 0, heard: false }
}

/** A refusal of this request, or a client that left, says nothing of an upstream's health. */
function noteFailure(error: NearsideError, target: Target, desk: Desk): void {
  if (error.code !== 'tier-failed' && error.code !== 'timed-out') return
  desk.heard(target.name, { type: 'call-failed' })
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
