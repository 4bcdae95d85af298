/**
 * Keeps answers that are written at the same time in step, so that llama.cpp reads the weights once for all of them.
 *
 * A batch is sent off when its first token is queued, unless somebody waits for the others. Between two tokens each answer does a
 * little work of its own, and whoever is done first would go alone: of four answers three would then wait for one. So a
 * batch waits until everybody who writes has queued, for half of what the one before took at most: going without costs another
 * batch. One answer alone never waits.
 */
export type Cadence = {
  /** An answer begins to write. */
  join(): Member
  /** What llama.cpp's binding asks when a batch could go. */
  readonly schedule: (dispatch: () => void) => void
}

export type Member = {
  /** Said just before the next token is asked for. */
  asks(): void
  leaves(): void
}

/** Of a very small model a batch takes less than a turn of the event loop; of a long prompt it takes seconds, and nobody is that late. */
const leastPatienceMs = 8
const mostPatienceMs = 50

export function cadence(): Cadence {
  const members = new Set<object>()
  const asked = new Set<object>()
  let pending: { readonly dispatch: () => void; readonly timer: NodeJS.Timeout } | null = null
  let sentMs = Number.POSITIVE_INFINITY

  function go(): void {
    if (pending === null) return
    const { dispatch, timer } = pending
    clearTimeout(timer)
    pending = null
    asked.clear()
    sentMs = performance.now()
    dispatch()
  }

  function patienceMs(): number {
    return Math.min(mostPatienceMs, Math.max(leastPatienceMs, (performance.now() - sentMs) / 2))
  }

  /**
   * Whoever says that he asks has queued his token once the microtasks have run, which a tick that is asked for among them waits
   * for. A turn of the event loop would do too, and cost time in which nobody computes.
   */
  function goWhenComplete(): void {
    if (pending !== null && asked.size >= members.size) queueMicrotask(() => process.nextTick(go))
  }

  return {
    join() {
      const member = {}
      members.add(member)
      return {
        asks() {
          asked.add(member)
          goWhenComplete()
        },
        leaves() {
          members.delete(member)
          asked.delete(member)
          goWhenComplete()
        },
      }
    },
    schedule(dispatch) {
      if (pending !== null) clearTimeout(pending.timer)
      pending = { dispatch, timer: setTimeout(go, patienceMs()) }
      goWhenComplete()
    },
  }
}
