/**
 * What a directory said of a name, believed for `recheckMs` and not a moment longer, whatever the directory does.
 *
 * From half of that time on it is asked again behind an answer, so that a name in use seldom waits. Requests that come
 * together while nothing is known each ask: a shared promise would belong to the first of them, and in Workers it dies with
 * that request's client.
 */
export type Remembered<Value> = {
  of(name: string, waitUntil: (work: Promise<unknown>) => void): Value | Promise<Value>
  /** What `of` would say without asking; null where it would ask. */
  known(name: string): Value | null
}

export type RememberedTerms<Value> = {
  /** Asks the directory. `before` tells what it said last, for whoever wants to keep what has not changed. */
  readonly look: (name: string, before: () => Value | null) => Promise<Value>
  readonly recheckMs: number
  readonly now: () => number
}

/** `askedAt` is when the directory was last asked behind an answer: a request that was cut off takes its fetch with it. */
type Known<Value> = { readonly at: number; readonly value: Value; askedAt: number }

/** Longer than any directory may take. */
const longestLookMs = 5_000

/** Ten thousand records of half a kilobyte: a fifth of what an isolate may keep in all. The oldest are forgotten. */
const mostKnown = 10_000

export function openRemembered<Value>({ look, recheckMs, now }: RememberedTerms<Value>): Remembered<Value> {
  const known = new Map<string, Known<Value>>()

  async function ask(name: string): Promise<Value> {
    // It is as old as the question, not as its answer.
    const at = now()
    const value = await look(name, () => known.get(name)?.value ?? null)
    const held = known.get(name)
    // Of two questions that cross, the later one was told the newer state.
    if (held !== undefined && held.at > at) return held.value
    known.delete(name)
    known.set(name, { at, value, askedAt: Number.NEGATIVE_INFINITY })
    if (known.size > mostKnown) forgetOldest()
    return value
  }

  function forgetOldest(): void {
    for (const oldest of known.keys()) {
      known.delete(oldest)
      return
    }
  }

  return {
    known(name) {
      const held = known.get(name)
      return held === undefined || now() - held.at >= recheckMs ? null : held.value
    },
    of(name, waitUntil) {
      const held = known.get(name)
      const age = held === undefined ? Number.POSITIVE_INFINITY : now() - held.at
      if (held === undefined || age >= recheckMs) return ask(name)
      if (age >= recheckMs / 2 && now() - held.askedAt > longestLookMs) {
        held.askedAt = now()
        // Where it fails, the next request asks again, and waits for it once the time is over.
        waitUntil(ask(name).catch(() => {}))
      }
      return held.value
    },
  }
}
