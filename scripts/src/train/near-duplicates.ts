/**
 * Ties texts together that are the same or nearly so, so that a question never stands in training and its twin in the
 * test. Two are tied when they are equal without case and punctuation, or when the shorter has half of its sequences of
 * four words in common with the longer.
 *
 * A sequence that many texts share belongs to a template, and says nothing of their kinship: it is left out of the
 * search, not out of the count. Thus 16,000 prompts are compared in a second or two, by an index of sequences.
 */

/** A sequence that stands in more texts than this comes from a template. */
const templateFrom = 40
const sequenceWords = 4

/** The group of each text, as the index of the group's first member. */
export function nearDuplicateGroups(texts: readonly string[]): Int32Array {
  const groups = Int32Array.from({ length: texts.length }, (_, i) => i)
  const same = new Map<string, number>()
  const holders = new Map<number, number[]>()
  const sequences = texts.map((text, index) => {
    const words = wordsOf(text)
    const whole = words.join(' ')
    const first = same.get(whole)
    if (first === undefined) same.set(whole, index)
    else join(groups, first, index)
    const own = sequencesOf(words)
    if (first === undefined)
      for (const sequence of own) {
        const list = holders.get(sequence)
        if (list === undefined) holders.set(sequence, [index])
        else if (list.length <= templateFrom) list.push(index)
      }
    return own
  })

  for (let index = 0; index < texts.length; index++) {
    const own = sequences[index]!
    const shared = new Map<number, number>()
    let telling = 0
    for (const sequence of own) {
      const list = holders.get(sequence)
      if (list === undefined || list.length > templateFrom) continue
      telling++
      for (const other of list) if (other < index) shared.set(other, (shared.get(other) ?? 0) + 1)
    }
    if (telling === 0) continue
    for (const [other, common] of shared) {
      if (common >= 0.5 * Math.min(own.size, sequences[other]!.size)) join(groups, other, index)
    }
  }
  return Int32Array.from(groups, (_, i) => rootOf(groups, i))
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

function sequencesOf(words: readonly string[]): Set<number> {
  const sequences = new Set<number>()
  for (let i = 0; i + sequenceWords <= words.length; i++) {
    let hash = 0x811c9dc5
    for (let n = 0; n < sequenceWords; n++) {
      const word = words[i + n]!
      for (let k = 0; k < word.length; k++) hash = Math.imul(hash ^ word.charCodeAt(k), 0x01000193)
      hash = Math.imul(hash ^ 32, 0x01000193)
    }
    sequences.add(hash)
  }
  return sequences
}

function rootOf(groups: Int32Array, start: number): number {
  let at = start
  while (groups[at] !== at) {
    groups[at] = groups[groups[at]!]!
    at = groups[at]!
  }
  return at
}

function join(groups: Int32Array, a: number, b: number): void {
  const [first, second] = [rootOf(groups, a), rootOf(groups, b)]
  groups[Math.max(first, second)] = Math.min(first, second)
}
