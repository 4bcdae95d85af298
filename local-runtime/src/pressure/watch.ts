/** Looks at the memory again and again, one look after the other, until it is stopped. */
import type { MemoryNow } from '../machine/memory-now.ts'
import { judgeMemory } from './judge.ts'
import type { Steps } from './steps.ts'

export type Watch = {
  start(): void
  /** What the last look found. */
  last(): MemoryNow
  stop(): void
}

export function watchMemory(read: () => MemoryNow, everyMs: number, steps: Steps): Watch {
  let last = read()
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  async function look(): Promise<void> {
    last = read()
    // A step that failed is tried again at the next look; the watch must not end over it.
    await steps.look(judgeMemory(last)).catch(() => {})
    if (!stopped) wait()
  }

  function wait(): void {
    timer = setTimeout(() => void look(), everyMs)
    timer.unref()
  }

  return {
    start: wait,
    last: () => last,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
