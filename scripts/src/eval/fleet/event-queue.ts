/** What is still to happen, the earliest first; what is due at the same moment in the order in which it was planned. */
export type EventQueue = {
  at(atMs: number, happen: (now: number) => void): void
  /** Lets everything happen until nothing is left. */
  run(): void
}

type Planned = { readonly atMs: number; readonly order: number; readonly happen: (now: number) => void }

export function openEventQueue(): EventQueue {
  const heap: Planned[] = []
  let planned = 0

  const before = (a: Planned, b: Planned): boolean =>
    a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)

  function push(event: Planned): void {
    let i = heap.push(event) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!before(event, heap[parent]!)) break
      heap[i] = heap[parent]!
      i = parent
    }
    heap[i] = event
  }

  function pop(): Planned | undefined {
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let i = 0
    for (;;) {
      const left = 2 * i + 1
      if (left >= heap.length) break
      const right = left + 1
      const child = right < heap.length && before(heap[right]!, heap[left]!) ? right : left
      if (!before(heap[child]!, last)) break
      heap[i] = heap[child]!
      i = child
    }
    heap[i] = last
    return first
  }

  return {
    at: (atMs, happen) => push({ atMs, order: planned++, happen }),
    run() {
      for (let event = pop(); event !== undefined; event = pop()) event.happen(event.atMs)
    },
  }
}
