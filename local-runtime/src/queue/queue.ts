/**
 * Lets in as many requests as there are slots, keeps a bounded number waiting, and turns the rest away. Being
 * turned away is an everyday outcome, so it is a value. Batch work takes at most half of the waiting places, so that
 * it cannot shut the door on those who wait for their answers.
 */
import { type Priority, twoLines } from './two-lines.ts'

export type Admission =
  | { readonly admitted: true; readonly turn: Turn }
  | {
      readonly admitted: false
      readonly because: 'queue-full' | 'waited-too-long' | 'draining' | 'client-gone'
    }

/** A slot, until it is given back. Giving it back twice changes nothing. */
export type Turn = { release(): void }

export type Queue = {
  /** Resolves when there is a slot for this request or it is certain that there will be none. */
  enter(caller: string, signal: AbortSignal, wish?: QueueWish): Promise<Admission>
  waiting(): number
  waitingOf(priority: Priority): number
  /** How many a newcomer would wait for; null where a slot is free. */
  ahead(priority: Priority): number | null
  slots(): number
  /** From now on so many are answered at the same time; those who have a slot keep it. */
  setSlots(slots: number): void
  running(): number
  /** Turns away whoever waits and whoever comes; those who have a slot keep it. */
  close(): void
  /** Resolves when nobody has a slot. */
  idle(): Promise<void>
}

export type QueueWish = {
  /** @default 'interactive' */
  readonly priority?: Priority
  /** The longest that this request waits, where that is shorter than the queue's own limit. */
  readonly waitMs?: number
}

export type QueueOptions = {
  /** Requests that are answered at the same time. */
  readonly slots: number
  /** Requests that may wait. */
  readonly maxWaiting: number
  /** The longest that a request waits. */
  readonly maxWaitMs: number
}

export function openQueue(options: QueueOptions): Queue {
  const line = twoLines<(admission: Admission) => void>()
  const mostBatch = Math.ceil(options.maxWaiting / 2)
  const idlers: (() => void)[] = []
  let slots = options.slots
  let running = 0
  let closed = false

  function fill(): void {
    while (running < slots && line.length > 0) line.take()!(letIn())
  }

  function letIn(): Admission {
    running++
    let released = false
    function release(): void {
      if (released) return
      released = true
      running--
      fill()
      if (running === 0) for (const resolve of idlers.splice(0)) resolve()
    }
    return { admitted: true, turn: { release } }
  }

  return {
    waiting: () => line.length,
    waitingOf: (priority) => line.lengthOf(priority),
    running: () => running,
    ahead: (priority) => (running < slots ? null : line.ahead(priority)),
    slots: () => slots,
    setSlots(given) {
      slots = given
      fill()
    },

    enter(caller, signal, { priority = 'interactive', waitMs = options.maxWaitMs } = {}) {
      if (signal.aborted) return Promise.resolve({ admitted: false, because: 'client-gone' })
      if (closed) return Promise.resolve({ admitted: false, because: 'draining' })
      if (running < slots) return Promise.resolve(letIn())
      const isFull = priority === 'batch' && line.lengthOf('batch') >= mostBatch
      if (isFull || line.length >= options.maxWaiting)
        return Promise.resolve({ admitted: false, because: 'queue-full' })

      return new Promise<Admission>((resolve) => {
        const settle = (admission: Admission): void => {
          clearTimeout(timer)
          signal.removeEventListener('abort', onAbort)
          resolve(admission)
        }
        const leave = (because: 'client-gone' | 'waited-too-long'): void => {
          line.remove(priority, caller, settle)
          settle({ admitted: false, because })
        }
        const onAbort = (): void => leave('client-gone')
        const timer = setTimeout(leave, Math.min(waitMs, options.maxWaitMs), 'waited-too-long')
        signal.addEventListener('abort', onAbort)
        line.add(priority, caller, settle)
      })
    },

    close() {
      closed = true
      for (let settle = line.take(); settle !== null; settle = line.take()) {
        settle({ admitted: false, because: 'draining' })
      }
    },

    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
  }
}
