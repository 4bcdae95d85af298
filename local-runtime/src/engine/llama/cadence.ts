/**
 * Keeps answers that are written at the same time in step, so that llama.cpp reads the weights once for all of them.
 *
 * When a batch is over, its binding hands out the tokens one by one, as each is drawn, and goes on at once with whatever was queued by then,
 * without asking anybody. Whoever is given his token last is too late: of four answers three go, and never the same three. So nobody
 * queues his next token before all have theirs. Waiting costs nothing, for there is one context and they are computed
 * in turn; one answer alone never waits.
 */
export type Cadence = {
  /** An answer begins to write in the slot of this number: llama.cpp computes slots together only where their numbers rise by one. */
  join(slot?: number): Member
}

export type Member = {
  /** Resolves when its next token may be asked for; null where that is now. */
  turn(): Promise<void> | null
  leaves(): void
}

/** Nobody is away for longer than a batch takes; should somebody be, the others go without. */
const patienceMs = 1_000

export function cadence(): Cadence {
  const members = new Set<object>()
  const waiting = new Map<object, { readonly slot: number; readonly goOn: () => void }>()
  let timer: NodeJS.Timeout | undefined

  const isComplete = (): boolean => waiting.size > 0 && waiting.size >= members.size

  function goIfComplete(): void {
    if (!isComplete()) return
    // The binding may still be handing out the last token, which is done when the microtasks have run.
    setImmediate(() => {
      if (isComplete()) go()
    })
  }

  function go(): void {
    clearTimeout(timer)
    timer = undefined
    const all = [...waiting.values()].sort((left, right) => left.slot - right.slot)
    waiting.clear()
    for (const { goOn } of all) goOn()
  }

  return {
    join(slot = 0) {
      const member = {}
      members.add(member)
      return {
        turn() {
          if (members.size === 1) return null
          return new Promise((resolve) => {
            waiting.set(member, { slot, goOn: resolve })
            timer ??= setTimeout(go, patienceMs)
            goIfComplete()
          })
        },
        leaves() {
          members.delete(member)
          goIfComplete()
        },
      }
    },
  }
}
