/**
 * A whole answer within the request's own deadline, and without a long pause where its pieces are seen to come, where the platform ends what a request has begun when the request ends.
 *
 * That is so in Workers: once the caller has been told of a time-out, or has left, its fetch is gone too. An abort
 * controller of our own would do nothing else, and costs as much as reading the answer. Elsewhere a fetch lives until it is
 * aborted, and the attempt's deadline does that.
 */
import { NearsideError } from '@nearside/core'
import type { Alarm } from '../call/alarm.ts'
import type { Call } from '../call/call.ts'
import type { HearPiece } from '../tiers/read-bounded.ts'

/** Streams of this kind exist in Workers alone. */
export const requestsEndTheirFetches: boolean = typeof IdentityTransformStream !== 'undefined'

export type WholeTerms = { readonly endsAt: number; readonly idleMs: number; readonly now: () => number }

export function wholeInTime<T>(
  { alarm, clientGone }: Call,
  terms: WholeTerms,
  work: (heard: HearPiece) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const heard = watch(alarm, terms, reject)
    clientGone.addEventListener('abort', () => reject(givenUp('client-gone', 'The client left.')), {
      once: true,
    })
    work(heard).then(resolve, reject)
  })
}

/** A function of its own, since the listener above is kept by the platform with all that is made beside it. */
function watch(
  alarm: Alarm,
  { endsAt, idleMs, now }: WholeTerms,
  giveUp: (why: NearsideError) => void,
): HearPiece {
  let reader: Parameters<HearPiece>[0] | null = null
  let expiresAt = endsAt
  const look = (): void => {
    if (now() < expiresAt) {
      alarm.set(expiresAt, look)
      return
    }
    // An unread body holds a connection.
    reader?.cancel().catch(() => {})
    const what = expiresAt < endsAt ? 'idle' : 'total'
    giveUp(givenUp('timed-out', `The upstream did not answer within the ${what} deadline.`))
  }
  alarm.set(endsAt, look)
  return (from) => {
    const isFirst = reader === null
    reader = from
    expiresAt = Math.min(now() + idleMs, endsAt)
    // A later expiry is found when the alarm rings.
    if (isFirst) alarm.set(expiresAt, look)
  }
}

function givenUp(code: 'timed-out' | 'client-gone', message: string): NearsideError {
  return new NearsideError(code, message, { maybeBilled: true })
}
