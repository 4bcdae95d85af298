/**
 * A conversation going through a model: some new tokens in, the scores after the last of them out, and the keys and values of
 * attention kept for the next step. The library's `generate` is not used, because it reads a prompt in one go
 * that nothing can interrupt, and holds text back.
 */
import type { KeptPrefixes } from './kept-prefixes.ts'
import type { Past } from './key-values.ts'
import type { Steps } from './steps.ts'

export type Forward = {
  /** Takes up what is kept of a conversation that began with the same tokens; tells how many it need not read. */
  begin(ids: readonly number[]): number
  /** Scores over the vocabulary after the last of `ids`. */
  run(ids: readonly number[]): Promise<Float32Array>
  /** Keeps what was read and said for whoever goes on from there. */
  keep(): void
}

export function forward(steps: Steps, kept: KeptPrefixes): Forward {
  let past: Past | null = null
  const seen: number[] = []

  return {
    begin(ids) {
      const found = kept.find(ids)
      past = found === null ? null : steps.open(found.past, found.tokens, ids.length)
      if (found !== null && past !== null) {
        // One by one: a call takes only so many arguments, and a conversation may have more tokens.
        for (let at = 0; at < found.tokens; at++) seen.push(ids[at]!)
        return found.tokens
      }
      past = steps.open(null, 0, ids.length)
      return 0
    },

    async run(ids) {
      const step = await steps.run(ids, past, seen.length)
      past = step.past
      seen.push(...ids)
      return step.scores
    },

    keep() {
      if (past !== null && seen.length > 0) kept.keep(seen, past)
    },
  }
}
