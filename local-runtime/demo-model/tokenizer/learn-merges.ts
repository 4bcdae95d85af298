/**
 * Byte-pair encoding, learnt: the most frequent neighbours are merged into one token, again and again.
 *
 * Ties go to the pair that was met first, so the same corpus gives the same tokens.
 */
import { byteAlphabet, piecesOf } from './pieces.ts'

export type Merge = readonly [left: string, right: string]

/** `texts` says how much weight each text has. Stops early when nothing is left that occurs twice. */
export function learnMerges(texts: ReadonlyMap<string, number>, count: number): Merge[] {
  const pieces = new Map<string, number>()
  for (const [text, weight] of texts) {
    for (const piece of piecesOf(text)) pieces.set(piece, (pieces.get(piece) ?? 0) + weight)
  }
  const words = Array.from(pieces, ([piece, weight]) => ({ symbols: Array.from(piece), weight }))
  const known = new Set(byteAlphabet)
  const merges: Merge[] = []

  while (merges.length < count) {
    const pairs = new Map<string, { merge: Merge; weight: number }>()
    for (const { symbols, weight } of words) {
      for (let index = 0; index + 1 < symbols.length; index++) {
        const merge = [symbols[index]!, symbols[index + 1]!] as const
        const pair = pairs.get(merge.join(' ')) ?? { merge, weight: 0 }
        pair.weight += weight
        pairs.set(merge.join(' '), pair)
      }
    }
    let best: { merge: Merge; weight: number } | undefined
    for (const pair of pairs.values()) {
      // Two ways to the same text would be one token with two numbers.
      if (known.has(pair.merge.join(''))) continue
      if (best === undefined || pair.weight > best.weight) best = pair
    }
    if (best === undefined || best.weight < 2) break
    merges.push(best.merge)
    known.add(best.merge.join(''))
    for (const word of words) word.symbols = merged(word.symbols, best.merge)
  }
  return merges
}

/** The symbols with each neighbouring pair of `merge` made one. */
export function merged(symbols: readonly string[], [left, right]: Merge): string[] {
  const result: string[] = []
  for (let index = 0; index < symbols.length; index++) {
    if (symbols[index] === left && symbols[index + 1] === right) {
      result.push(left + right)
      index++
    } else {
      result.push(symbols[index]!)
    }
  }
  return result
}
