/**
 * Whether two English questions, as they were read, are one: the kind, the tense where it is said, who is meant by "you", and one
 * row of words in one order, each the same word in the same direction.
 */
import { type EnglishReading, ofWords } from './read-english.ts'
import type { Row } from './rows.ts'
import type { Term } from './terms.ts'

export function sameEnglish(one: EnglishReading, other: EnglishReading): boolean {
  if (one.kind !== other.kind || one.future !== other.future) return false
  if (
    one.able !== other.able ||
    differ(one.past, other.past) ||
    differ(one.grain, other.grain) ||
    differ(one.indefinite, other.indefinite)
  )
    return false
  if (!sameSubject(one, other)) return false
  // "What were the causes of it" and "what did it cause" differ in nothing else.
  const owned = one.supported === other.supported
  const definite = [one, other].some(({ rows }) => rows[0]?.some((term) => term.definite))
  return pairsOf(one.rows, other.rows).some(([row, there, at]) =>
    sameRow(row, there, {
      apart: at === 1,
      owned,
      definite,
      howto: one.kind === 'howto',
      verbatim: one.verbatim || other.verbatim,
    }),
  )
}

/** Each row meets its like; a verb made of a noun's end meets the plain row. */
function pairsOf(one: readonly Row[], other: readonly Row[]): readonly (readonly [Row, Row, number])[] {
  const [first = [], apart = [], turned = []] = one
  const [firstThere = [], apartThere = [], turnedThere = []] = other
  return [
    [first, firstThere, 0],
    [apart, apartThere, 1],
    ...(turned.length > 0 ? [[turned, firstThere, 0] as const] : []),
    ...(turnedThere.length > 0 ? [[first, turnedThere, 0] as const] : []),
  ]
}

type Terms = {
  /** What belongs to nothing in particular stands apart, with its preposition. */
  readonly apart: boolean
  /** "Of" may be left out. */
  readonly owned: boolean
  /** Something is spoken of as known: "the branch" may be your branch. */
  readonly definite: boolean
  readonly howto: boolean
  readonly verbatim: boolean
}

/** Where nobody is said to do it, it is whoever asks, unless it has been done. */
function sameSubject(one: EnglishReading, other: EnglishReading): boolean {
  if (one.subject === other.subject) return true
  if (isGeneric(one, other)) return true
  if (one.subject !== null && other.subject !== null) return false
  const said = one.subject ?? other.subject
  if (one.kind === 'why' || one.kind === 'yesno' || one.kind === 'who') return false
  return said === 'i' && one.past !== true && other.past !== true
}

function differ<T>(one: T | null, other: T | null): boolean {
  return one !== null && other !== null && one !== other
}

/** "How do you sort a list" asks how it is done, as long as nobody else is in it. */
function isGeneric(one: EnglishReading, other: EnglishReading): boolean {
  const personal = [one, other].some(({ rows }) =>
    rows[0]?.some(({ owner, raw }) => owner !== null || aboutSomebody.test(raw)),
  )
  return one.kind === 'howto' && !personal
}

/** What is asked of "you" with these is asked of you. */
const aboutSomebody = /^(?:you|me|us|know|feel|think|like|love|remember|work|live|earn)$/

function sameRow(one: Row, other: Row, terms: Terms): boolean {
  return one.length === other.length && one.every((term, at) => sameTerm(term, other[at], terms))
}

function sameTerm(one: Term, other: Term | undefined, terms: Terms): boolean {
  if (other === undefined || !sameOwner(one, other, terms.definite) || !sameDirection(one, other, terms))
    return false
  if (one.raw === other.raw) return true
  if (terms.verbatim && !(ofWords.test(one.raw) && ofWords.test(other.raw))) return false
  if (one.name || other.name) return false
  if (one.head !== null || other.head !== null) return one.head === other.head
  return one.words.some((word) => other.words.includes(word))
}

/** "A ticket" may be my ticket, and "the shop" your shop; mine is never yours. */
function sameOwner(one: Term, other: Term, definite: boolean): boolean {
  if (one.owner === other.owner) return true
  if (one.owner !== null && other.owner !== null) return false
  return (one.owner ?? other.owner) === 'mine' || definite
}

/** A compound has no preposition where another wording has one: "the Leeds branch", "the branch in Leeds". */
function sameDirection(one: Term, other: Term, { apart, owned, howto }: Terms): boolean {
  const [here, there] = [one.direction, other.direction]
  if (here === there) return true
  if (here === null || there === null) {
    const said = here ?? there ?? ''
    if (!(one.folded || other.folded)) return false
    if (said === 'of') return owned
    return !apart && (said === 'in' || said === 'on' || said === 'for' || (said === 'with' && one.name))
  }
  const pair = [here, there].sort().join(' ')
  if (pair === 'as to' || pair === 'in of') return true
  if (pair === 'for of') return one.folded && other.folded && (one.name || howto)
  return (
    one.name &&
    (pair === 'in on' || pair === 'in with' || pair === 'of on' || pair === 'of with' || pair === 'for with')
  )
}
