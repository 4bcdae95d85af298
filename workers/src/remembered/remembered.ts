/**
 * What a directory said of a name, believed for `recheckMs` and not a moment longer, whatever the directory does.
 *
 * From half of that time on it is asked again behind an answer, so that a name in use seldom waits. Requests that come
 * together while nothing is known each ask: a shared promise would belong to the first of them, and in Workers it dies with
 * that request's client.
 */
export type Remembered<Value> = {
  of(name: string, waitUntil: (work: Promise<unknown>) => void): Value | Promise<Value>
}

export type RememberedTerms<Value> = {
  /** Asks the directory. `before` is what it said last, for whoever wants to keep what has not changed. */
  readonly look: (name: string, before: Value | null) => Promise<Value>
  readonly recheckMs: number
  readonly now: () => number
}

type Known<Value> = { readonly at: number; readonly value: Value }

/** Longer than any directory may take. */
const longestLookMs = 5_000

/** Ten thousand records of half a kilobyte: a fifth of what an isolate may keep in all. The oldest are forgotten. */
const mostKnown = 10_000

export function openRemembered<Value>({ look, recheckMs, now }: RememberedTerms<Value>): Remembered<Value> {
  const known = new Map<string, Known<Value>>()
  /** Since when. A request that was cut off takes its fetch with it, and would leave its mark for ever. */
  const refreshing = new Map<string, number>()

  async function ask(name: string): Promise<Value> {
    // It is as old as the question, not as its answer.
    const at = now()
    const value = await look(name, known.get(name)?.value ?? null)
    known.delete(name)
    known.set(name, { at, value })
    if (known.size > mostKnown) forgetOldest()
    return value
  }

  function forgetOldest(): void {
    for (const oldest of known.keys()) {
      known.delete(oldest)
      return
    }
  }

  function refresh(name: string): Promise<void> {
    refreshing.set(name, now())
    const over = (): void => void refreshing.delete(name)
    // Where it fails, the next request asks again, and waits for it once the time is over.
    return ask(name).then(over, over)
  }

  return {
    of(name, waitUntil) {
      const held = known.get(name)
      const age = held === undefined ? Number.POSITIVE_INFINITY : now() - held.at
      if (held === undefined || age >= recheckMs) return ask(name)
      const lastTry = refreshing.get(name) ?? Number.NEGATIVE_INFINITY
      if (age >= recheckMs / 2 && now() - lastTry > longestLookMs) waitUntil(refresh(name))
      return held.value
    },
  }
}
