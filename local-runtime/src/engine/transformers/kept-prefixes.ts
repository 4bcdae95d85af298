/**
 * Keys and values of past conversations, for those that begin with the same tokens. The tokens' ids are compared, never
 * their number: a cache that is taken for another conversation's would answer from that one.
 *
 * What is taken up is a whole number of the pieces in which prompts are read, so that the rest is cut as it would have been
 * and a repeated request computes the same numbers as the first. At least one piece is left to read, for its scores are needed.
 */
import { Tensor } from '@huggingface/transformers'

export type Past = Readonly<Record<string, Tensor>>

export type KeptPrefixes = {
  find(ids: readonly number[]): { readonly tokens: number; readonly past: Past } | null
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
      const past = tokens === 0 ? null : cut(entry.past, entry.ids.length, tokens)
      if (past === null) return null
      entries = [...entries.filter((other) => other !== entry), entry]
      return { tokens, past }
    },

    keep(ids, past) {
      const bytes = Object.values(past).reduce((sum, tensor) => sum + byteLength(tensor), 0)
      if (bytes > mostBytes) return
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

function byteLength({ data }: Tensor): number {
  return ArrayBuffer.isView(data) ? data.byteLength : 0
}

/** The first tokens of keys and values, which lie as [1, heads, tokens, size]; null for caches of other shapes. */
function cut(past: Past, length: number, tokens: number): Past | null {
  if (tokens === length) return past
  const shorter: Record<string, Tensor> = {}
  for (const [name, tensor] of Object.entries(past)) {
    const [batch, heads, held, size] = tensor.dims
    const { data } = tensor
    if (batch !== 1 || held !== length || heads === undefined || size === undefined) return null
    if (!(data instanceof Float32Array || data instanceof Uint16Array)) return null
    const part =
      data instanceof Float32Array
        ? new Float32Array(heads * tokens * size)
        : new Uint16Array(heads * tokens * size)
    for (let head = 0; head < heads; head++) {
      const from = head * length * size
      part.set(data.subarray(from, from + tokens * size), head * tokens * size)
    }
    shorter[name] = new Tensor(tensor.type, part, [1, heads, tokens, size])
  }
  return shorter
}
