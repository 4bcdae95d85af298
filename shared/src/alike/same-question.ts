/**
 * Whether two questions, as they were read, are the same question.
 *
 * Every word that carries meaning is found on both sides, the kind of question is one, numbers count the same things in the same
 * order, quoted texts are equal, and nothing has changed its role: what stood behind "from" stands behind "from", and where words
 * changed places it is because one of them moved, never because two were exchanged.
 */
import { sameEnglish } from './english/same-english.ts'
import type { ContentWord, Question } from './read-question.ts'

export function sameQuestion(one: Question, other: Question): boolean {
  if (one.key !== other.key) return false
  if (one.english !== null && other.english !== null) return sameEnglish(one.english, other.english)
  if (one.words.length !== other.words.length) return false
  if (!one.numbers.every(({ counts }, i) => countsSame(counts, other.numbers[i]?.counts ?? null)))
    return false
  const places = placesOf(one.words, other.words)
  if (places === null) return false
  const pairs = places.map((at, i) => [one.words[i], other.words[at]] as const)
  return directionsAgree(pairs, one, other) && rolesAgree(one, other, places)
}

/** What stands behind the number in one wording may stand before it in another, and is then not known. */
function countsSame(one: string | null, other: string | null): boolean {
  return one === null || other === null || one === other
}

/** For each word of one the place of the same word in the other; null where one has none. */
function placesOf(one: readonly ContentWord[], other: readonly ContentWord[]): readonly number[] | null {
  const taken = new Set<number>()
  const places: number[] = []
  for (const word of one) {
    const at = other.findIndex((candidate, place) => !taken.has(place) && sameWord(word, candidate))
    if (at < 0) return null
    taken.add(at)
    places.push(at)
  }
  return places
}

function sameWord(one: ContentWord, other: ContentWord): boolean {
  return one.raw === other.raw || (one.stem === other.stem && !(one.name || other.name))
}

type Aligned = readonly [ContentWord | undefined, ContentWord | undefined]

/** "To" also stands before the verb that a question begins with, where another wording has none. */
function directionsAgree(pairs: readonly Aligned[], one: Question, other: Question): boolean {
  return pairs.every(([a, b]) => {
    const [here, there] = [a?.direction ?? null, b?.direction ?? null]
    if (here === there) return true
    return here === null
      ? there === 'to' && b === other.words[0]
      : here === 'to' && there === null && a === one.words[0]
  })
}

/**
 * Two words are turned round where they stand in another order on the other side. A word with a direction is held by it, and "the
 * password of GitHub" is "the GitHub password". All else that is turned round must be one word that moved past others: two that
 * were exchanged have exchanged their roles.
 */
function rolesAgree(one: Question, other: Question, places: readonly number[]): boolean {
  const { words, kind, language } = one
  const turned: [number, number][] = []
  for (let i = 0; i < places.length; i++) {
    for (let j = i + 1; j < places.length; j++) {
      const [a, b] = [places[i] ?? 0, places[j] ?? 0]
      if (a < b || isHeld(words[i]) || isHeld(words[j])) continue
      if (
        j === i + 1 &&
        a === b + 1 &&
        (isCompound(words[i], words[j], other.words[a]) ||
          isCompound(other.words[b], other.words[a], words[j]))
      )
        continue
      turned.push([i, j])
    }
  }
  const [first] = turned
  if (first === undefined) return true
  if (kind === 'yesno' || kind === 'can' || kind === 'must') return false
  // "Whom did she beat" and "who beat her" differ in nothing else.
  const asksWho = kind === 'what' || kind === 'who' || kind === 'whom'
  if (asksWho && (turned.length === 1 || one.supported !== other.supported)) return false
  const moved = first.filter((word) => turned.every(([i, j]) => i === word || j === word))
  return moved.some(
    (word) =>
      words[word]?.name === false && (language !== 'en' || isPassiveOf(one, other, word, places[word] ?? 0)),
  )
}

/**
 * English says by order alone who does what to whom, but for one case: "how do I export notes" and "how can notes be exported", where
 * the verb is first in one, and behind an auxiliary in the other.
 */
function isPassiveOf(one: Question, other: Question, here: number, there: number): boolean {
  if (one.passive === other.passive) return false
  return one.passive ? there === 0 && here > 0 : here === 0 && there > 0
}

/** "Password of GitHub" (head, owner) where the other side says "GitHub password": there the head stands last, and free. */
function isCompound(
  head: ContentWord | undefined,
  owner: ContentWord | undefined,
  headThere: ContentWord | undefined,
): boolean {
  if (
    head === undefined ||
    owner === undefined ||
    headThere?.belongs !== null ||
    headThere.direction !== null
  )
    return false
  return owner.belongs === 'of' || (owner.belongs === 'at' && owner.name && !head.name)
}

function isHeld(word: ContentWord | undefined): boolean {
  return word !== undefined && word.direction !== null && word.direction !== 'to'
}
