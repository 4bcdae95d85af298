/**
 * Several alarms on the one timer of a request, for a strategy that watches more than one thing at a time. Whoever ends the
 * request clears the one timer, and with it all of these.
 */
import type { Alarm } from '../call/alarm.ts'

/** Makes a further alarm at each call. From the first one on, the request's own belongs to this. */
export function splitAlarm(alarm: Alarm, now: () => number): () => Alarm {
  const waiting = new Map<object, { readonly at: number; readonly ring: () => void }>()

  const arm = (): void => {
    let at = Number.POSITIVE_INFINITY
    for (const each of waiting.values()) at = Math.min(at, each.at)
    if (at === Number.POSITIVE_INFINITY) alarm.rest()
    else alarm.set(at, look)
  }
  const look = (): void => {
    const at = now()
    const due = [...waiting].filter(([, each]) => each.at <= at)
    for (const [key] of due) waiting.delete(key)
    for (const [, { ring }] of due) ring()
    arm()
  }

  return () => {
    const key = {}
    const rest = (): void => {
      if (waiting.delete(key)) arm()
    }
    return {
      set(at, ring) {
        waiting.set(key, { at, ring })
        arm()
      },
      rest,
      clear: rest,
    }
  }
}
