/**
 * The places in which conversations are answered: llama.cpp's sequences, each with its keys and values. A conversation gets the
 * free place that holds the longest beginning of it, by its tokens' ids, unless that is only what all conversations begin with;
 * then an empty place, or the one that was left longest ago, so that what was said last stays longest.
 */
import type { LlamaContext, LlamaContextSequence, Token } from 'node-llama-cpp'

export type Slots = {
  /** A place with what it already knows of `ids`; null once `hasLeft` says that nobody waits for it any more. */
  take(ids: readonly Token[], hasLeft: () => Promise<boolean>): Promise<Slot | null>
  keptTokens(): number
  /** Empties the places in which nobody is answered. */
  forget(): Promise<void>
}

export type Slot = {
  readonly sequence: LlamaContextSequence
  /** How many tokens of the beginning need not be read. */
  readonly cachedTokens: number
  release(): void
}

/** How often somebody who waits for a place is asked whether he has left. */
const askMs = 20

export function openSlots(context: LlamaContext): Slots {
  /** The one left longest ago comes first. */
  let free = Array.from({ length: context.totalSequences }, () => context.getSequence())
  const all = [...free]
  const waiting = new Set<() => void>()

  function release(sequence: LlamaContextSequence): void {
    free.push(sequence)
    const [first] = waiting
    first?.()
  }

  return {
    async take(ids, hasLeft) {
      while (free.length === 0) {
        if (await hasLeft()) return null
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            clearTimeout(timer)
            waiting.delete(wake)
            resolve()
          }
          const timer = setTimeout(wake, askMs)
          waiting.add(wake)
        })
      }
      const best = placeFor(ids, free)
      free = free.filter((sequence) => sequence !== best)
      try {
        // The last token is read in any case: the scores after it are what the answer begins with.
        await best.adaptStateToTokens(ids.slice(0, -1), false)
      } catch (error) {
        release(best)
        throw error
      }
      return { sequence: best, cachedTokens: best.nextTokenIndex, release: () => release(best) }
    },

    keptTokens: () => all.reduce((sum, { nextTokenIndex }) => sum + nextTokenIndex, 0),

    async forget() {
      await Promise.all(free.map((sequence) => sequence.clearHistory()))
    },
  }
}

function placeFor(ids: readonly Token[], free: readonly LlamaContextSequence[]): LlamaContextSequence {
  let best = free[0]!
  let shared = -1
  for (const sequence of free) {
    const { firstDifferentIndex } = sequence.compareContextTokens([...ids])
    if (firstDifferentIndex <= shared) continue
    best = sequence
    shared = firstDifferentIndex
  }
  // Taking a place throws away what it holds beyond the shared beginning.
  const isWorthIt = shared * 2 >= Math.min(best.nextTokenIndex, ids.length)
  return isWorthIt && shared > 0
    ? best
    : (free.find(({ nextTokenIndex }) => nextTokenIndex === 0) ?? free[0]!)
}
