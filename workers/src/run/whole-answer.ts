/**
 * A whole answer within the request's own deadline, where the platform ends what a request has begun when the request ends.
 *
 * That is so in Workers: once the caller has been told of a time-out, or has left, its fetch is gone too. An abort
 * controller of our own would do nothing else, and costs as much as reading the answer. Elsewhere a fetch lives until it is
 * aborted, and the attempt's deadline does that.
 */
import { NearsideError } from '@nearside/core'
import type { Call } from '../call/call.ts'

/** Streams of this kind exist in Workers alone. */
export const requestsEndTheirFetches: boolean = typeof IdentityTransformStream !== 'undefined'

export function wholeInTime<T>({ alarm, clientGone }: Call, endsAt: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    alarm.set(endsAt, () =>
      reject(givenUp('timed-out', 'The upstream did not answer within the total deadline.')),
    )
    clientGone.addEventListener('abort', () => reject(givenUp('client-gone', 'The client left.')), {
      once: true,
    })
    work.then(resolve, reject)
  })
}

function givenUp(code: 'timed-out' | 'client-gone', message: string): NearsideError {
  return new NearsideError(code, message, { maybeBilled: true })
}
