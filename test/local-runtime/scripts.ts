/** Scripts for the scripted engine, and what is asked of an engine in general. */
import { type Generation, plainGeneration } from '@nearside/local-runtime'

export const words = 'One two three four five six seven eight nine ten.'.match(/\s*\S+/g)!

export function generation(given: Partial<Generation> = {}): Generation {
  return {
    ...plainGeneration,
    messages: [{ role: 'user', text: 'Count to ten.' }],
    outputLimit: 1_000,
    temperature: 0,
    seed: 1,
    ...given,
  }
}

/** Without end, and without ever letting others wait. */
export async function* endless(): AsyncGenerator<string> {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve))
    yield ' tick'
  }
}

export type Stepped = {
  readonly script: () => AsyncGenerator<string>
  /** Lets the engine say one more token. */
  step(): void
  /** Lets it say all that it still has to say. */
  finish(): void
  /** Resolves when the engine waits to say its next token. */
  waiting(): Promise<void>
}

/** An engine that speaks only when it is told to. */
export function stepped(tokens: readonly string[] = words): Stepped {
  let steps = 0
  const waiters: (() => void)[] = []
  const askers: (() => void)[] = []
  let isWaiting = false

  function wake(): void {
    for (const resolve of waiters.splice(0)) resolve()
  }

  return {
    async *script() {
      for (const token of tokens) {
        while (steps <= 0) {
          isWaiting = true
          for (const resolve of askers.splice(0)) resolve()
          await new Promise<void>((resolve) => waiters.push(resolve))
          isWaiting = false
        }
        steps--
        yield token
      }
    },
    step() {
      steps++
      wake()
    },
    finish() {
      steps = Number.POSITIVE_INFINITY
      wake()
    },
    waiting: () => (isWaiting ? Promise.resolve() : new Promise((resolve) => askers.push(resolve))),
  }
}
