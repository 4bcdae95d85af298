/**
 * The steps against a shortage of memory, the mildest first; each look at the memory takes the next one while the shortage
 * lasts, and all at once where it is grave. A model that somebody uses is never unloaded: running answers are what the machine
 * is there for. Once there was enough memory for some looks in a row, callers are let in again; the model comes back with the first.
 */
import type { Verdict } from './judge.ts'

export type Step = 'forget' | 'stop-admitting' | 'unload'

export type StepActions = {
  /** Gives up keys and values that wait for reuse only. */
  readonly forget: () => Promise<void>
  /** Unloads the model where nobody holds it and nobody waits; says whether it did. */
  readonly unload: () => Promise<boolean>
  readonly onStep: (step: Step | 'admit-again') => void
}

export type Steps = {
  look(verdict: Verdict): Promise<void>
  admits(): boolean
  /** How far it has gone: 0 for nothing, 3 for all of it. */
  level(): number
  taken(): Readonly<Record<Step, number>>
}

const order: readonly Step[] = ['forget', 'stop-admitting', 'unload']

/** So many looks in a row must find enough before callers are let in again. */
const calmLooks = 3

export function stepsAgainstShortage(actions: StepActions): Steps {
  const taken = { forget: 0, 'stop-admitting': 0, unload: 0 }
  let level = 0
  let calm = 0

  async function take(step: Step): Promise<void> {
    if (step === 'unload' && !(await actions.unload())) return
    if (step === 'forget') await actions.forget()
    taken[step]++
    actions.onStep(step)
  }

  return {
    admits: () => level < 2,
    level: () => level,
    taken: () => ({ ...taken }),
    async look(verdict) {
      calm = verdict === 'enough' ? calm + 1 : 0
      if (verdict === 'short' || verdict === 'very-short') {
        const upTo = verdict === 'very-short' ? order.length : Math.min(level + 1, order.length)
        const before = level
        level = upTo
        for (const step of order.slice(before, upTo)) await take(step)
        // Running answers leave keys and values behind as they end, and in the end a model that nobody holds.
        if (before === upTo) {
          await actions.forget()
          await take('unload')
        }
      } else if (level > 0 && calm >= calmLooks) {
        if (level >= 2) actions.onStep('admit-again')
        level = 0
      }
    },
  }
}
