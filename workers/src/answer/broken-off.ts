/**
 * How a stream comes to an end that it should not have: who gave it up, and what that is called.
 *
 * Whoever gives an attempt up (the client, a deadline, the one who reads it) aborts its signal, and the signal's
 * reason is the fault. It says so at once, whether or not anybody is reading: a client that stalls must not keep
 * money held.
 */
import { isNearsideError, NearsideError } from '@nearside/core'
import type { AnswerEnd } from './answer-end.ts'

/** Calls once with how the answer ended, as soon as the signal says that it did. */
export function onGivenUp(
  signal: AbortSignal,
  end: (outcome: AnswerEnd['outcome'], error: NearsideError) => void,
): void {
  const tell = (): void => {
    const reason: NearsideError = signal.reason
    end(reason.code === 'client-gone' ? 'client-gone' : 'cut', reason)
  }
  if (signal.aborted) tell()
  else signal.addEventListener('abort', tell, { once: true })
}

/** What the platform makes of an aborted read is its own; why it was aborted is ours. */
export function brokenOff(error: unknown, signal: AbortSignal): NearsideError {
  if (signal.aborted) return signal.reason
  if (isNearsideError(error)) return error
  return new NearsideError('tier-failed', 'The upstream broke off its answer.', {
    cause: error,
    maybeBilled: true,
  })
}

/**
 * The fault as whoever ends the connection is told, and may print: without its cause, in which a platform quotes the
 * bytes that it could not read, and they are somebody's answer.
 */
export function bare(fault: NearsideError): NearsideError {
  return new NearsideError(fault.code, fault.message)
}

/**
 * Stands between the error event and the abort of its stream. Both platforms write what they have read a turn later
 * (Node corks its socket, workerd drains the stream first), and drop it where the stream is aborted before that.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}
