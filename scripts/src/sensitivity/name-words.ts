/**
 * Words that are parts of names, counted by the sentences that hold them.
 *
 * In training a sentence must not know its own names from its own label: a word counts as a name there only if another
 * sentence has it. Otherwise the tagger would learn that names are always known, and fail on the first that is not.
 */
import { addWord, scanTokens, wordSetBytes } from '@nearside/core'
import type { SentenceRow } from './rows.ts'

export type NameCounts = ReadonlyMap<number, number>

export function nameCounts(sentences: readonly SentenceRow[]): NameCounts {
  const counts = new Map<number, number>()
  for (const sentence of sentences) {
    for (const word of namesIn(sentence)) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return counts
}

/** The words, by their hashes, of one sentence's names; initials are none. */
export function namesIn({ text, spans }: SentenceRow): ReadonlySet<number> {
  const words = new Set<number>()
  for (const { type, start, end } of spans) {
    if (type !== 'PERSON') continue
    const tokens = scanTokens(text.slice(start, end))
    for (let i = 0; i < tokens.count; i++) {
      if (tokens.end[i]! - tokens.start[i]! > 1) words.add(tokens.word[i]!)
    }
  }
  return words
}

export function nameSet(counts: NameCounts): Uint8Array {
  const set = new Uint8Array(wordSetBytes)
  for (const word of counts.keys()) addWord(set, word)
  return set
}
