/**
 * Lets in as many requests as there are slots, keeps a bounded number waiting, and turns the rest away. Being
 * turned away is an everyday outcome, so it is a value.
 */
import { fairLine } from './fair-line.ts'

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
  enter(caller: string, signal: AbortSignal): Promise<Admission>
  waiting(): number
  running(): number
  /** Turns away whoever waits and whoever comes; those who have a slot keep it. */
  close(): void
  /** Resolves when nobody has a slot. */
  idle(): Promise<void>
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
  const line = fairLine<(admission: Admission) => void>()
  const idlers: (() => void)[] = []
  let running = 0
  let closed = false

  function letIn(): Admission {
    running++
    let released = false
    function release(): void {
      if (released) return
      released = true
      running--
      while (running < options.slots && line.length > 0) line.take()!(letIn())
      if (running === 0) for (const resolve of idlers.splice(0)) resolve()
    }
    return { admitted: true, turn: { release } }
  }

  return {
    waiting: () => line.length,
    running: () => running,

    enter(caller, signal) {
      if (signal.aborted) return Promise.resolve({ admitted: false, because: 'client-gone' })
      if (closed) return Promise.resolve({ admitted: false, because: 'draining' })
      if (running < options.slots) return Promise.resolve(letIn())
      if (line.length >= options.maxWaiting)
        return Promise.resolve({ admitted: false, because: 'queue-full' })

      return new Promise<Admission>((resolve) => {
        const settle = (admission: Admission): void => {
          clearTimeout(timer)
          signal.removeEventListener('abort', onAbort)
          resolve(admission)
        }
        const leave = (because: 'client-gone' | 'waited-too-long'): void => {
          line.remove(caller, settle)
          settle({ admitted: false, because })
        }
        const onAbort = (): void => leave('client-gone')
        const timer = setTimeout(leave, options.maxWaitMs, 'waited-too-long')
        signal.addEventListener('abort', onAbort)
        line.add(caller, settle)
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
