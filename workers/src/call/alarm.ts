/**
 * The one timer of a request, however many deadlines follow each other in it.
 *
 * A timer costs a Worker more than most of what is done between two of them, so a deadline that moves back leaves the
 * timer where it is: it finds the new time when it fires. Whoever ends the request clears it.
 */
export type Alarm = {
  /** Rings once, not before `at`, in place of whatever was set before. */
  set(at: number, ring: () => void): void
  /** Nobody waits any more; the next deadline may use what is left of the timer. */
  rest(): void
  /** The request is over. */
  clear(): void
}

export function openAlarm(now: () => number): Alarm {
  return new RequestAlarm(now)
}

class RequestAlarm implements Alarm {
  readonly #now: () => number
  #timer: ReturnType<typeof setTimeout> | null = null
  #firesAt = 0
  #at = 0
  #ring: (() => void) | null = null

  constructor(now: () => number) {
    this.#now = now
  }

  set(at: number, ring: () => void): void {
    this.#at = at
    this.#ring = ring
    if (this.#timer !== null && this.#firesAt <= at) return
    this.clear()
    this.#ring = ring
    this.#arm()
  }

  rest(): void {
    this.#ring = null
  }

  clear(): void {
    this.#ring = null
    if (this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
  }

  #arm(): void {
    this.#firesAt = this.#at
    this.#timer = setTimeout(() => this.#look(), Math.max(1, this.#at - this.#now()))
  }

  #look(): void {
    this.#timer = null
    const ring = this.#ring
    if (ring === null) return
    if (this.#now() < this.#at) {
      this.#arm()
      return
    }
    this.#ring = null
    ring()
  }
}
