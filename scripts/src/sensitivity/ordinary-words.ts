/**
 * Which words are ordinary: two bit sets of word hashes, those used in some requests and those used in many.
 *
 * Counted in requests of every day, once a request, and only where the word is written small: a name is rarely.
 */
import { scanTokens, wordSetBytes } from '@nearside/core'

const usedFrom = 4
const oftenFrom = 40
const longestRead = 2000

export type WordSets = { readonly used: Uint8Array; readonly often: Uint8Array }

export function ordinaryWords(texts: readonly string[]): WordSets {
  const counts = new Map<number, number>()
  for (const text of texts) {
    const { count, start, word } = scanTokens(text.slice(0, longestRead))
    const seen = new Set<number>()
    for (let i = 0; i < count; i++) {
      const first = text[start[i]!]!
      if (first.toUpperCase() !== first) seen.add(word[i]!)
    }
    for (const hash of seen) counts.set(hash, (counts.get(hash) ?? 0) + 1)
  }
  const used = new Uint8Array(wordSetBytes)
  const often = new Uint8Array(wordSetBytes)
  for (const [hash, count] of counts) {
    const place = (hash & 0xffff) >> 3
    const bit = 1 << (hash & 7)
    if (count >= usedFrom) used[place] = used[place]! | bit
    if (count >= oftenFrom) often[place] = often[place]! | bit
  }
  return { used, often }
}
