/**
 * Which tokens may come next: those whose bytes the machine can follow to their end.
 *
 * The vocabulary is sorted by bytes, and of each token it is known how many bytes it shares with the one before. So a
 * beginning that many tokens share is followed once, and where it leads nowhere all of them are passed over. What was
 * worked out for a state is kept: inside a string, where nearly every token must be looked at, the state is mostly the same.
 */
import type { Machine, State } from './machine.ts'

/** A bit for each token, 32 to a number. */
export type TokenMask = { readonly bits: Uint32Array; readonly isEmpty: boolean }

export type Vocabulary = {
  /** Tokens that are text, by their bytes. */
  readonly ids: Int32Array
  readonly texts: readonly Uint8Array[]
  /** How many bytes a token shares with the one before it. */
  readonly shared: Int32Array
  readonly size: number
}

export type MaskSource = {
  /** The tokens that may come in this state; the ends of an answer are not among them, since they are no text. */
  after(state: State): TokenMask
}

/** What masks may take in memory, of one answer. */
const mostMaskBytes = 4 * 2 ** 20

export function vocabularyOf(size: number, bytesOf: (id: number) => Uint8Array | null): Vocabulary {
  const entries: { id: number; text: Uint8Array }[] = []
  for (let id = 0; id < size; id++) {
    const text = bytesOf(id)
    if (text !== null && text.length > 0) entries.push({ id, text })
  }
  entries.sort((left, right) => compare(left.text, right.text) || left.id - right.id)
  const shared = new Int32Array(entries.length)
  for (let at = 1; at < entries.length; at++)
    shared[at] = sharedBytes(entries[at - 1]!.text, entries[at]!.text)
  return {
    ids: Int32Array.from(entries, ({ id }) => id),
    texts: entries.map(({ text }) => text),
    shared,
    size,
  }
}

export function maskSource(machine: Machine, vocabulary: Vocabulary): MaskSource {
  const words = Math.ceil(vocabulary.size / 32)
  const mostMasks = Math.max(1, Math.floor(mostMaskBytes / (words * 4)))
  const known = new Map<State, TokenMask>()

  function worked(state: State): TokenMask {
    const { ids, texts, shared } = vocabulary
    const bits = new Uint32Array(words)
    // The states after each byte of the token that is being followed.
    const path: State[] = [state]
    let isEmpty = true
    let at = 0
    while (at < ids.length) {
      const text = texts[at]!
      let depth = Math.min(shared[at]!, path.length - 1)
      path.length = depth + 1
      let next: State | null = path[depth]!
      while (depth < text.length) {
        next = machine.step(next, text[depth]!)
        if (next === null) break
        depth++
        path.push(next)
      }
      if (next !== null) {
        const id = ids[at]!
        bits[id >> 5] = bits[id >> 5]! | (1 << (id & 31))
        isEmpty = false
        at++
        continue
      }
      // Every token that shares the byte which led nowhere leads nowhere.
      at++
      while (at < ids.length && shared[at]! > depth) at++
    }
    return { bits, isEmpty }
  }

  return {
    after(state) {
      const seen = known.get(state)
      if (seen !== undefined) return seen
      if (known.size >= mostMasks) known.delete(known.keys().next().value!)
      const mask = worked(state)
      known.set(state, mask)
      return mask
    },
  }
}

export function isAllowed(mask: TokenMask, id: number): boolean {
  return ((mask.bits[id >> 5]! >>> (id & 31)) & 1) === 1
}

function compare(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) if (left[at] !== right[at]) return left[at]! - right[at]!
  return left.length - right.length
}

function sharedBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length)
  let at = 0
  while (at < length && left[at] === right[at]) at++
  return at
}
