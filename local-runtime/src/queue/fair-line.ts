/**
 * Who is next: callers take turns, and each caller's own requests keep their order. One caller who sends a
 * thousand requests delays another by one of them, not by a thousand.
 */
export type FairLine<T> = {
  readonly length: number
  add(caller: string, entry: T): void
  /** Takes out the next entry; null when nobody waits. */
  take(): T | null
  remove(caller: string, entry: T): void
}

export function fairLine<T>(): FairLine<T> {
  /** In the order in which the callers are served; a caller without entries is not in it. */
  const waiting = new Map<string, T[]>()
  let length = 0

  return {
    get length() {
      return length
    },
    add(caller, entry) {
      const entries = waiting.get(caller)
      if (entries === undefined) waiting.set(caller, [entry])
      else entries.push(entry)
      length++
    },
    take() {
      for (const [caller, entries] of waiting) {
        const entry = entries.shift()!
        waiting.delete(caller)
        if (entries.length > 0) waiting.set(caller, entries)
        length--
        return entry
      }
      return null
    },
    remove(caller, entry) {
      const entries = waiting.get(caller)
      const at = entries?.indexOf(entry) ?? -1
      if (entries === undefined || at < 0) return
      entries.splice(at, 1)
      if (entries.length === 0) waiting.delete(caller)
      length--
    },
  }
}
