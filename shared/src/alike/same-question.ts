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
  return directionsAgree(pairs, one, other) && rolesAgree(one, places)
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
 * What stands in another order on the other side has exchanged its role, or what it says more of: "el color del botón rojo" is not "el
 * color rojo del botón". Only a verb may change its place, which stands first in one wording and last in the other.
 */
function rolesAgree({ words, kind }: Question, places: readonly number[]): boolean {
  const turned: [number, number][] = []
  for (let i = 0; i < places.length; i++)
    for (let j = i + 1; j < places.length; j++) if ((places[i] ?? 0) > (places[j] ?? 0)) turned.push([i, j])
  const [first] = turned
  if (first === undefined) return true
  if (kind === 'yesno' || kind === 'can' || kind === 'must') return false
  const last = places.length - 1
  return first.some((word) => {
    const there = places[word]
    const ends = (word === 0 && there === last) || (word === last && there === 0)
    return ends && words[word]?.name === false && turned.every(([i, j]) => i === word || j === word)
  })
}
