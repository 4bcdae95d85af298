/**
 * Which words are ordinary: two bit sets of word hashes, those used in some requests and those used in many.
 *
 * Counted in requests of every day, once a request, and only where the word is written small: a name is rarely.
 */
import { addWord, scanTokens, type WordSets, wordSetBytes } from '@nearside/core'

const usedFrom = 4
const oftenFrom = 40
const longestRead = 2000

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
  const usedWords = new Uint8Array(wordSetBytes)
  const oftenWords = new Uint8Array(wordSetBytes)
  for (const [hash, count] of counts) {
    if (count >= usedFrom) addWord(usedWords, hash)
    if (count >= oftenFrom) addWord(oftenWords, hash)
  }
  return { usedWords, oftenWords, nameWords: new Uint8Array(wordSetBytes) }
}
