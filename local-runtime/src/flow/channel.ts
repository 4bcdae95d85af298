/**
 * A queue between the thread that answers and whoever reads the answer. It may run ahead of a slow reader: an
 * answer is at most a context long, and the engine must not wait for a reader who holds its slot.
 */
export type Channel<T> = {
  push(value: T): void
  end(): void
  fail(error: unknown): void
  /** The next value, or null after the last. Rejects once the channel has failed. */
  next(): Promise<T | null>
}

export function channel<T>(): Channel<T> {
  const values: T[] = []
  let ended = false
  let failure: { readonly error: unknown } | null = null
  let wake: (() => void) | null = null

  function changed(): void {
    wake?.()
    wake = null
  }

  return {
    push(value) {
      values.push(value)
      changed()
    },
    end() {
      ended = true
      changed()
    },
    fail(error) {
      failure ??= { error }
      changed()
    },
    async next() {
      for (;;) {
        const value = values.shift()
        if (value !== undefined) return value
        if (failure !== null) throw failure.error
        if (ended) return null
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}
