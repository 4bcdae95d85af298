/**
 * One of several answers to a request: it has its own request and its own end, and passes the same gate and purse.
 *
 * For whoever carries it out, a branch that is given up looks like a client that left: nothing is held against its
 * upstream, its hold is closed, and nobody else is asked in its place.
 */
import type { ChatRequest } from '@nearside/core'
import type { Alarm } from '../call/alarm.ts'
import type { Call } from '../call/call.ts'

export type Branch = { readonly call: Call; stop(): void }

export function openBranch(call: Call, alarm: Alarm, request: ChatRequest): Branch {
  const controller = new AbortController()
  const stop = (): void => controller.abort()
  if (call.clientGone.aborted) stop()
  else call.clientGone.addEventListener('abort', stop, { once: true })
  return { call: { ...call, alarm, request, clientGone: controller.signal, severable: true }, stop }
}
