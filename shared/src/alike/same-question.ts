/**
 * Whether two questions, as they were read, are the same question.
 *
 * Every word that carries meaning is found on both sides, the kind of question is one, numbers count the same things in the same
 * order, quoted texts are equal, and nothing has changed its role: what stood behind "from" stands behind "from", and where words
 * changed places it is because one of them moved, never because two were exchanged.
 */
import type { ContentWord, Question } from './read-question.ts'

export function sameQuestion(one: Question, other: Question): boolean {
  if (one.key !== other.key || one.words.length !== other.words.length) return false
  if (!one.numbers.every(({ counts }, i) => countsSame(counts, other.numbers[i]?.counts ?? null))) return false
  const places = placesOf(one.words, other.words)
  if (places === null) return false
  const pairs = places.map((at, i) => [one.words[i], other.words[at]] as const)
  return directionsAgree(pairs) && rolesAgree(one, other, places)
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

/** One side may have a loose one alone; but then the other side has none of its own. */
function directionsAgree(pairs: readonly Aligned[]): boolean {
  let [here, there] = [0, 0]
  for (const [one, other] of pairs) {
    const [a, b] = [one?.direction ?? null, other?.direction ?? null]
    if (a === b) continue
    if (isLoose(a) && b === null) here += 1
    else if (isLoose(b) && a === null) there += 1
    else return false
  }
  return here === 0 || there === 0
}

/** "To" also stands before a verb, and "with" where another would say "my". */
function isLoose(direction: string | null): boolean {
  return direction === 'to' || direction === 'with'
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
      if (j === i + 1 && a === b + 1 && (isCompound(words[i], words[j], other.words[a]) || isCompound(other.words[b], other.words[a], words[j]))) continue
      turned.push([i, j])
    }
  }
  const [first] = turned
  if (first === undefined) return true
  if (kind === 'yesno' || kind === 'can' || kind === 'must') return false
  // "Whom did she beat" and "who beat her" differ in nothing else.
  const asksWho = kind === 'what' || kind === 'who' || kind === 'whom'
  if (asksWho && (turned.length === 1 || one.supported !== other.supported)) return false
  if (turned.length === 1 && language === 'en' && !isPassiveOf(one, other, first, places)) return false
  const moved = first.filter((word) => turned.every(([i, j]) => i === word || j === word))
  return moved.some((word) => words[word]?.name === false)
}

/** "How do I export notes" and "how can notes be exported": the verb is first in one, and second behind an auxiliary in the other. */
function isPassiveOf(
  one: Question,
  other: Question,
  [i, j]: readonly [number, number],
  places: readonly number[],
): boolean {
  const atTheFront = i === 0 && j === 1 && places[0] === 1 && places[1] === 0
  return atTheFront && one.passive !== other.passive
}

/** "Password of GitHub" (head, owner) where the other side says "GitHub password": there the head stands last, and free. */
function isCompound(
  head: ContentWord | undefined,
  owner: ContentWord | undefined,
  headThere: ContentWord | undefined,
): boolean {
  if (head === undefined || owner === undefined || headThere?.belongs !== null) return false
  return owner.belongs === 'of' || (owner.belongs === 'at' && owner.name && !head.name)
}

function isHeld(word: ContentWord | undefined): boolean {
  return word !== undefined && word.direction !== null && !isLoose(word.direction)
}
