/** Why a call cannot be taken at this moment, and when it should come back. */
import { NearsideError } from '@nearside/core'
import type { Admission } from './queue/queue.ts'

export type Standing = 'loading' | 'ready' | 'failed' | 'draining' | 'squeezed'

/** How long a caller waits before it asks whether the model is loaded. */
export const loadingRetryMs = 2_000

export function notServing(standing: Standing, retryAfterMs: number): NearsideError {
  const why = {
    loading: 'The model is being loaded.',
    ready: 'The model is being loaded.',
    failed: 'The engine could not be started; it is tried again.',
    draining: 'The server is shutting down.',
    squeezed: 'Memory is short; nobody new is admitted until there is more.',
  }[standing]
  return new NearsideError('not-ready', why, { retryAfterMs })
}

export function notAdmitted(
  because: Exclude<Extract<Admission, { readonly admitted: false }>['because'], 'draining'>,
  told: { readonly waiting: number; readonly waitMs: number; readonly retryAfterMs: () => number },
): NearsideError {
  if (because === 'client-gone') return new NearsideError('client-gone', 'The client left while it waited.')
  const message =
    because === 'queue-full'
      ? `All slots are busy and ${told.waiting} requests wait already.`
      : `No slot came free within ${told.waitMs} ms.`
  return new NearsideError('queue-full', message, { retryAfterMs: told.retryAfterMs() })
}

/** Told at once, while there is still time to go elsewhere. */
export function tooLate(expectedMs: number, latencyMs: number, retryAfterMs: number): NearsideError {
  const message = `The first token would come in about ${Math.ceil(expectedMs)} ms, and is wanted within ${latencyMs} ms.`
  return new NearsideError('queue-full', message, { retryAfterMs })
}

/** Who asked for a free slot alone has somewhere else to go at once: no place is kept for its return. */
export function noSlotFree(): NearsideError {
  return new NearsideError('queue-full', 'All slots are busy, and the request may not wait for one.', {
    retryAfterMs: 1_000,
  })
}
