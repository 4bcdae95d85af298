/**
 * The deadlines of one attempt whose answer may be carried on, as a single abort signal: until the first token, between two
 * pieces, and for the whole request. Hearing something only notes the time, and the request's alarm looks at the note when
 * it rings: a stream of a thousand pieces sets a handful of timers.
 */
import { NearsideError } from '@nearside/core'
import type { Alarm } from '../call/alarm.ts'

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
  /** Ends the attempt: the upstream is told, and nothing rings any more. */
  abort(reason: NearsideError): void
  /** Nothing more to watch. */
  clear(): void
}

export function startDeadline(
  limits: { readonly firstTokenMs: number | null; readonly endsAt: number },
  alarm: Alarm,
  now: () => number,
): Deadline {
  return new AttemptDeadline(limits.firstTokenMs, limits.endsAt, alarm, now)
}

class AttemptDeadline implements Deadline {
  waiting = true
  readonly #controller = new AbortController()
  readonly #endsAt: number
  readonly #alarm: Alarm
  readonly #now: () => number
  #heardAt: number
  #pauseMs: number | null
  #begun = false

  constructor(pauseMs: number | null, endsAt: number, alarm: Alarm, now: () => number) {
    this.#pauseMs = pauseMs
    this.#endsAt = endsAt
    this.#alarm = alarm
    this.#now = now
    this.#heardAt = now()
    this.#arm()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  begun(idleMs: number | null): void {
    this.#begun = true
    this.#heardAt = this.#now()
    const later = idleMs === null || (this.#pauseMs !== null && idleMs > this.#pauseMs)
    this.#pauseMs = idleMs
    // A later expiry is found when the alarm rings.
    if (!later) this.#arm()
  }

  awaits(): void {
    this.waiting = true
  }

  heard(): void {
    this.#heardAt = this.#now()
    this.waiting = false
  }

  abort(reason: NearsideError): void {
    this.clear()
    this.#controller.abort(reason)
  }

  clear(): void {
    this.#alarm.rest()
  }

  #expiry(): number {
    return this.#pauseMs === null ? this.#endsAt : Math.min(this.#heardAt + this.#pauseMs, this.#endsAt)
  }

  #arm(): void {
    this.#alarm.set(this.#expiry(), () => this.#look())
  }

  #look(): void {
    const at = this.#now()
    if (at < this.#expiry()) {
      this.#arm()
      return
    }
    const what =
      at >= this.#endsAt
        ? 'the total deadline'
        : this.#begun
          ? 'the idle deadline'
          : 'the first-token deadline'
    this.abort(
      new NearsideError('timed-out', `The upstream did not answer within ${what}.`, { maybeBilled: true }),
    )
  }
}
