/**
 * Folds that keep sentences of one template together, and near-duplicates of one text.
 *
 * The template of a generated sentence is what is left when its spans are taken out. Templates that share six words in ten are one:
 * generators have several wordings of the same sentence. A group goes to a fold by a hash of itself, so the
 * same data give the same folds.
 */
import type { SentenceRow } from './rows.ts'

export function templateFolds(rows: readonly SentenceRow[], folds: number): Int32Array {
  return foldsOf(rows.map(templateOf), folds)
}

/** For texts without spans: the text itself is the template. */
export function textFolds(texts: readonly string[], folds: number): Int32Array {
  return foldsOf(texts.map(wordsOf), folds)
}

export function templateOf({ text, spans }: SentenceRow): string {
  let template = ''
  let at = 0
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    if (start < at) continue
    template += `${text.slice(at, start)} _ `
    at = end
  }
  return wordsOf(template + text.slice(at)).replace(/(?:_ ?)+/g, '_ ')
}

function wordsOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}_]+/gu, ' ')
    .trim()
}

function foldsOf(keys: readonly string[], folds: number): Int32Array {
  const group = joinSimilar([...new Set(keys)].sort())
  return Int32Array.from(keys, (key) => hashOf(group.get(key) ?? key) % folds)
}

const similar = 0.6
/** Words that so many templates share join nothing. */
const mostSharing = 400

/** The name of each key's group. Only keys that share one of their rarer words are compared. */
function joinSimilar(keys: readonly string[]): ReadonlyMap<string, string> {
  const sets = keys.map((key) => new Set(key.split(' ')))
  const parents = keys.map((_, i) => i)
  const rootOf = (i: number): number => {
    let root = i
    while (parents[root] !== root) root = parents[root]!
    parents[i] = root
    return root
  }
  const holders = new Map<string, number[]>()
  for (const [i, words] of sets.entries()) {
    const others = new Map<number, number>()
    for (const word of words) {
      const sharing = holders.get(word) ?? []
      if (sharing.length < mostSharing) for (const j of sharing) others.set(j, (others.get(j) ?? 0) + 1)
      sharing.push(i)
      holders.set(word, sharing)
    }
    for (const [j, counted] of others) {
      // The count leaves out words shared by many: an upper look first, the true overlap only where it could matter.
      if (counted * 3 < Math.min(words.size, sets[j]!.size) * similar) continue
      const shared = [...words].filter((word) => sets[j]!.has(word)).length
      if (shared / (words.size + sets[j]!.size - shared) >= similar) parents[rootOf(i)] = rootOf(j)
    }
  }
  return new Map(keys.map((key, i) => [key, keys[rootOf(i)]!]))
}

export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 15
  return Math.imul(hash, 0x85ebca6b) >>> 0
}
