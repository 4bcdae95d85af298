/**
 * Classes of words that say the same, out of WordNet, so narrow that they may stand for each other without anybody reading the sentence.
 *
 * Two words share a class where the sense that each is nearly always used in is one and the same; so no word is in two classes, and
 * an antonym or a kind of the same thing never is in one, for these are other senses. A word with several senses of some weight has no
 * class. Beside that a noun for an act meets its verb (cancellation, cancel), an adverb its adjective, a noun for a property its adjective:
 * those that WordNet itself derives from one another. Who does something is never what he does: persons are derived from nothing here.
 */
import type { PartOfSpeech, WordNet } from './read-wordnet.ts'

export type WordClass = {
  readonly head: string
  readonly same: readonly string[]
  /** Nouns that name the act which the head says as a verb. */
  readonly acts: readonly string[]
}

/** A sense is a word's own where it has at least this share of what was counted. */
const leastShare = 0.7
const leastCount = 3
/** And where the word is at least so seldom another part of speech. */
const leastPartShare = 0.75
const personFile = 18

const plainWord = /^[a-z]{3,}$/

export function wordClasses(
  { senses, synsets }: WordNet,
  refused: ReadonlySet<string>,
): readonly WordClass[] {
  const countOf = (word: string, part?: PartOfSpeech): number => {
    let sum = 0
    for (const [each, list] of senses.get(word) ?? [])
      if (part === undefined || each === part) for (const { count } of list) sum += count
    return sum
  }
  /** An inflected form is left to whoever takes forms apart. */
  const isInflected = (word: string): boolean =>
    /(?:ed|ing)$/.test(word) || (/[^s]s$/.test(word) && senses.has(word.slice(0, -1)))
  const isDerivable = (word: string): boolean =>
    plainWord.test(word) && !refused.has(word) && !isInflected(word)
  const isUsed = (word: string): boolean =>
    plainWord.test(word) && !refused.has(word) && !isInflected(word) && countOf(word) > 0

  const synonymHead = new Map<string, string>()
  const bySense = new Map<string, string[]>()
  for (const [word, known] of senses) {
    if (!isUsed(word)) continue
    const all = countOf(word)
    for (const [part, list] of known) {
      const [first] = list
      const counted = countOf(word, part)
      if (first === undefined || counted < leastPartShare * all) continue
      const own = list.length === 1 || (first.count >= leastCount && first.count >= leastShare * counted)
      if (own) bySense.set(first.synset, [...(bySense.get(first.synset) ?? []), word])
    }
  }
  for (const words of bySense.values()) {
    const [head = '', ...others] = words.toSorted((a, b) => countOf(b) - countOf(a) || (a < b ? -1 : 1))
    for (const word of others) synonymHead.set(word, head)
  }

  const derivedFrom = new Map<string, { readonly base: string; readonly act: boolean }>()
  for (const [word, known] of senses) {
    if (!isDerivable(word)) continue
    const base = baseOf(word, [...known.keys()])
    if (base !== null && isUsed(base))
      derivedFrom.set(word, { base, act: /(?:ness|ity|ly)$/.test(word) === false })
  }

  /** The word that it is derived from, if WordNet says so of its first or second sense and it looks like it. */
  function baseOf(word: string, partsOfSpeech: readonly PartOfSpeech[]): string | null {
    const wanted = nounOfAct.test(word)
      ? 'verb'
      : nounOfProperty.test(word) || word.endsWith('ly')
        ? 'adj'
        : null
    if (wanted === null) return null
    const own = word.endsWith('ly') ? 'adv' : 'noun'
    if (!partsOfSpeech.includes(own) || countOf(word, own) < leastPartShare * countOf(word)) return null
    const bases = new Set<string>()
    for (const { synset } of (senses.get(word)?.get(own) ?? []).slice(0, 2)) {
      const meant = synsets.get(synset)
      if (meant === undefined || meant.file === personFile) continue
      for (const { relation, synset: target, from, to } of meant.pointers) {
        if ((relation !== '+' && relation !== '\\') || from !== word || to === null) continue
        const there = synsets.get(target)
        const base = there?.words[to.place]
        if (there?.part === wanted && base !== undefined && looksDerived(word, base)) bases.add(base)
      }
    }
    return [...bases].sort((a, b) => commonLength(b, word) - commonLength(a, word))[0] ?? null
  }

  const headOf = (word: string): string => {
    const next = derivedFrom.get(word)?.base ?? synonymHead.get(word)
    return next === undefined || next === word ? word : headOf(next)
  }
  const classes = new Map<string, { same: string[]; acts: string[] }>()
  for (const word of new Set([...synonymHead.keys(), ...derivedFrom.keys()])) {
    const head = headOf(word)
    if (head === word) continue
    const { same, acts } = classes.get(head) ?? { same: [], acts: [] }
    ;(derivedFrom.get(word)?.act === true ? acts : same).push(word)
    classes.set(head, { same, acts })
  }
  return [...classes]
    .map(([head, { same, acts }]) => ({ head, same: same.sort(), acts: acts.sort() }))
    .sort((a, b) => (a.head < b.head ? -1 : 1))
}

const nounOfAct = /(?:[st]ion|ment|al|[ae]nce|ery|ure|age)$/
const nounOfProperty = /(?:ness|ity)$/

const commonLength = (one: string, other: string): number => {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return length
}

/** "Description" and "describe" have five letters in common; two thirds of the base are asked for. */
function looksDerived(word: string, base: string): boolean {
  return plainWord.test(base) && commonLength(word, base) >= Math.max(3, Math.ceil((2 * base.length) / 3))
}
