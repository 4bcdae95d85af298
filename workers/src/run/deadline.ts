/**
 * The clocks of one attempt, as a single abort signal: until the first token, between two pieces, and for the
 * whole request. One timer runs at a time. Hearing something only notes the time, and the timer looks at the
 * note when it fires: a stream of a thousand pieces sets a handful of timers.
 */
import { NearsideError } from '@nearside/core'

export type Deadline = {
  readonly signal: AbortSignal
  /** The answer has begun: from here on it may not pause for longer than the idle time. */
  begun(idleMs: number | null): void
  /** A piece is waited for. */
  awaits(): void
  /** A piece was heard. */
  heard(): void
  /** Whether the upstream is waited for: where it is not, it is the client who keeps the answer waiting. */
  readonly waiting: boolean
  /** Ends the attempt: the upstream is told, and nothing fires any more. */
  abort(reason: NearsideError): void
  /** Nothing more to watch. */
  clear(): void
}

export function startDeadline(
  limits: { firstTokenMs: number | null; endsAt: number },
  now: () => number,
): Deadline {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | null = null
  let heardAt = now()
  let pauseMs: number | null = limits.firstTokenMs
  let begun = false
  let waiting = true

  const expiry = (): number => (pauseMs === null ? limits.endsAt : Math.min(heardAt + pauseMs, limits.endsAt))
  const arm = (): void => {
    timer = setTimeout(look, Math.max(1, expiry() - now()))
  }
  const look = (): void => {
    const at = now()
    if (at < expiry()) {
      arm()
      return
    }
    const what =
      at >= limits.endsAt ? 'the total deadline' : begun ? 'the idle deadline' : 'the first-token deadline'
    abort(
      new NearsideError('timed-out', `The upstream did not answer within ${what}.`, { maybeBilled: true }),
    )
  }
  const abort = (reason: NearsideError): void => {
    clear()
    controller.abort(reason)
  }
  const clear = (): void => clearTimeout(timer)

  arm()
  return {
    signal: controller.signal,
    begun(idleMs) {
      begun = true
      heardAt = now()
      const later = idleMs === null || (pauseMs !== null && idleMs > pauseMs)
      pauseMs = idleMs
      // A later expiry is found when the timer fires; an earlier one needs a timer of its own.
      if (later) return
      clear()
      arm()
    },
    awaits() {
      waiting = true
    },
    heard() {
      heardAt = now()
      waiting = false
    },
    get waiting() {
      return waiting
    },
    abort,
    clear,
  }
}
