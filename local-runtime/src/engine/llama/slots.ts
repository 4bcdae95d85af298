/**
 * The places in which conversations are answered: llama.cpp's sequences, each with its keys and values. A conversation gets the
 * free place that holds the longest beginning of it, by its tokens' ids, unless that is only what all conversations begin with;
 * then an empty place, or the one that was left longest ago, so that what was said last stays longest.
 */
import type { LlamaContext, LlamaContextSequence, Token } from 'node-llama-cpp'
import type { ParkedStates } from '../../parking/parked-states.ts'

/** States that are parked on a disk; null where none are. */
export type Parking = { readonly states: ParkedStates; readonly bytesPerToken: number } | null

export type Slots = {
  /** A place with what it already knows of `ids`; null once `hasLeft` says that nobody waits for it any more. */
  take(ids: readonly Token[], hasLeft: () => Promise<boolean>, mayPark?: boolean): Promise<Slot | null>
  keptTokens(): number
  /** Empties the places in which nobody is answered; what they hold is parked first, where that is wanted. */
  forget(): Promise<void>
}

export type Slot = {
  /** Its sequence's number in llama.cpp: they are given out from zero. */
  readonly number: number
  readonly sequence: LlamaContextSequence
  /** How many tokens of the beginning need not be read. */
  readonly cachedTokens: number
  release(): void
}

/** How often somebody who waits for a place is asked whether he has left. */
const askMs = 20

/** Less than this is read again sooner than it is brought back. */
const leastTokens = 32

export function openSlots(context: LlamaContext, parking: Parking = null): Slots {
  /** The one left longest ago comes first. */
  let free = Array.from({ length: context.totalSequences }, () => context.getSequence())
  const all = [...free]
  const waiting = new Set<() => void>()
  /** Places whose conversation must not be parked. */
  const unparkable = new Set<LlamaContextSequence>()

  function release(sequence: LlamaContextSequence): void {
    free.push(sequence)
    const [first] = waiting
    first?.()
  }

  async function park(sequence: LlamaContextSequence): Promise<void> {
    const ids = sequence.contextTokens
    if (parking === null || unparkable.has(sequence) || ids.length < leastTokens) return
    await parking.states.park({
      ids,
      bytes: ids.length * parking.bytesPerToken,
      save: async (path) => void (await sequence.saveStateToFile(path)),
    })
  }

  /** Parks what the place would lose, and brings back what is parked of the conversation that comes. */
  async function exchange(sequence: LlamaContextSequence, ids: readonly Token[]): Promise<void> {
    if (parking === null) return
    const { states } = parking
    const known = sequence.compareContextTokens([...ids]).firstDifferentIndex
    const found = states.find(ids)
    if (sequence.nextTokenIndex - known > known) await park(sequence)
    if (found === null || found.shared < known + leastTokens) return
    let isTouched = false
    await states.restore(found, async (path) => {
      isTouched = true
      // It was written by this process from this very model, and nobody has touched it since: its seal says so.
      await sequence.loadStateFromFile(path, { acceptRisk: true })
    })
    const { length } = sequence.contextTokens
    const isRight = sequence.contextTokens.every((id, index) => id === found.entry.ids[index])
    if (isTouched && (length !== found.entry.ids.length || !isRight)) await sequence.clearHistory()
  }

  return {
    async take(ids, hasLeft, mayPark = true) {
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
        await exchange(best, ids)
        if (mayPark) unparkable.delete(best)
        else unparkable.add(best)
        // The last token is read in any case: the scores after it are what the answer begins with.
        await best.adaptStateToTokens(ids.slice(0, wellKept(best, ids)), false)
      } catch (error) {
        release(best)
        throw error
      }
      const number = all.indexOf(best)
      return { number, sequence: best, cachedTokens: best.nextTokenIndex, release: () => release(best) }
    },

    keptTokens: () => all.reduce((sum, { nextTokenIndex }) => sum + nextTokenIndex, 0),

    async forget() {
      // Out of the line meanwhile: whoever comes would find a place that is being emptied.
      const emptied = free
      free = []
      for (const sequence of emptied) {
        try {
          await park(sequence)
          await sequence.clearHistory()
        } finally {
          release(sequence)
        }
      }
    },
  }
}

/** Tokens that llama.cpp multiplies its weights with at a time; each of those left over takes as long as all of a group. */
const groupTokens = 4

/**
 * How much of what a place knows is kept: so much that the rest is read in whole groups, since a known token in a group costs nothing and
 * a new one without costs most. Models whose state cannot be cut anywhere keep all.
 */
function wellKept(sequence: LlamaContextSequence, ids: readonly Token[]): number {
  const known = Math.min(sequence.compareContextTokens([...ids]).firstDifferentIndex, ids.length - 1)
  const unread = ids.length - known
  if (unread === 1 || sequence.needsCheckpoints) return ids.length - 1
  const whole = Math.ceil(unread / groupTokens) * groupTokens
  return whole < ids.length ? ids.length - whole : known
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
