/**
 * Keys and values of past conversations, for those that begin with the same tokens. The tokens' ids are compared, never
 * their number: a cache that is taken for another conversation's would answer from that one.
 *
 * What is taken up is a whole number of the pieces in which prompts are read, so that the rest is cut as it would have been
 * and a repeated request computes the same numbers as the first. At least one piece is left to read, for its scores are needed.
 */
import { bytesOf, copied, type Past, roomOf } from './key-values.ts'

export type KeptPrefixes = {
  /** What is found stays kept: whoever goes on from its first `tokens` copies them. */
  find(ids: readonly number[]): { readonly tokens: number; readonly past: Past } | null
  /** Takes `past`, without the room to spare, as what it holds after `ids`. */
  keep(ids: readonly number[], past: Past): void
  tokens(): number
  forget(): void
}

type Entry = { readonly ids: Int32Array; readonly past: Past; readonly bytes: number }

export function keptPrefixes(mostBytes: number, pieceTokens: number): KeptPrefixes {
  /** The one used last comes last. */
  let entries: Entry[] = []

  return {
    find(ids) {
      let best: { entry: Entry; shared: number } | null = null
      for (const entry of entries) {
        const shared = sharedTokens(entry.ids, ids)
        if (shared > (best?.shared ?? 0)) best = { entry, shared }
      }
      if (best === null) return null
      const { entry, shared } = best
      const tokens = Math.floor(Math.min(shared, ids.length - 1) / pieceTokens) * pieceTokens
      if (tokens === 0) return null
      entries = [...entries.filter((other) => other !== entry), entry]
      return { tokens, past: entry.past }
    },

    keep(ids, given) {
      const room = roomOf(given)
      const bytes = Math.ceil((bytesOf(given) * ids.length) / Math.max(1, room))
      if (bytes > mostBytes) return
      const past = room === ids.length ? given : copied(given, ids.length, ids.length)
      if (past === null) return
      // What is the beginning of this conversation is in it.
      entries = entries.filter((entry) => sharedTokens(entry.ids, ids) < entry.ids.length)
      entries.push({ ids: Int32Array.from(ids), past, bytes })
      let total = entries.reduce((sum, entry) => sum + entry.bytes, 0)
      while (total > mostBytes) total -= entries.shift()!.bytes
    },

    tokens: () => entries.reduce((sum, { ids }) => sum + ids.length, 0),
    forget() {
      entries = []
    },
  }
}

function sharedTokens(kept: Int32Array, ids: readonly number[]): number {
  const most = Math.min(kept.length, ids.length)
  let at = 0
  while (at < most && kept[at] === ids[at]) at++
  return at
}
