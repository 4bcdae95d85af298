/**
 * Reads an English question into a row of the words that carry its meaning, in an order that does not depend on how it was put: the
 * passive is turned into the active, owners stand before what they own, and what is said of place, time and means stands apart from who does what.
 *
 * Where English leaves open what belongs to what ("install it on Ubuntu": it, or the installing?), a question has more than one row; two
 * questions are the same where one row of one is a row of the other, word by word.
 */
import { measureNouns, type Opening, openingOf } from './frames.ts'
import { type Row, rowsOf } from './rows.ts'
import { type Term, termsOf } from './terms.ts'
import { unfold } from './unfold.ts'
import { activeOf, articleOf, compared, tenseOf } from './verb-forms.ts'
import { folding, lightVerbs } from './vocabulary.ts'

export type EnglishReading = {
  readonly kind: string
  readonly rows: readonly Row[]
  readonly subject: 'i' | 'you' | null
  /** Where the verb says so: what was is not what is. */
  readonly past: boolean | null
  readonly future: boolean
  /** Whether it asks what one can, and not what one does. */
  readonly able: boolean
  /** "Did it …": what stands between the auxiliary and the verb does it, and owns nothing. */
  readonly supported: boolean
  /** What "a rate" is and what "the rate" is are two questions. */
  readonly indefinite: boolean | null
  /** It asks about words, and then "dogs" is not "dog". */
  readonly verbatim: boolean
  /** A time of day, a day, a year: what "when" asks for, where it is said. */
  readonly grain: string | null
  /** The stems of all that carries meaning, in the order of letters. */
  readonly bag: string
}

/** What is asked of words is asked of these very words. */
export const ofWords: RegExp =
  /\b(?:say|says|said|saying|spel\w*|translat\w*|pronounc\w*|pronunciation|means?|meaning|meant|defin\w*|plural|singular|synonyms?|antonyms?|rhym\w*|conjugat\w*|words?|sentence|phrase|verb|tense|grammar)\b/i

export function readEnglish(text: string): EnglishReading | null {
  const plain = unfold(text)
  const opening = openingOf(plain)
  if (opening === null) return null
  let { kind, rest } = opening
  const grain = kind === 'when' ? (/^ ?@(\w+)/.exec(rest)?.[1]?.toLowerCase() ?? null) : null
  rest = rest.replace(/^ ?@\w+/, '')
  rest = rest.replace(compared, (_, one, other) => `between ${[one, other].sort().join(' and ')}`)
  const active = activeOf(rest)
  let terms: readonly Term[] = withoutLightVerbs(termsOf(active.text), opening)
  const measured = measuredBy(terms, kind)
  if (measured !== null) ({ kind, terms } = measured)
  if (kind === 'what:long')
    terms = terms.filter(({ words }, i) =>
      i === 0 && opening.verbal ? true : !words.some((word) => /^(?:take|need|require)$/.test(word)),
    )
  if (kind === 'how' && active.turned) kind = 'howto'
  if (kind === 'can') terms = terms.filter(({ raw }) => raw !== 'still')
  const asked = opening.subject !== null || active.turned
  if (asked && (kind.startsWith('what:') || kind === 'when' || kind === 'where'))
    terms = terms.filter(({ raw }) => raw !== 'should')
  // "Steps to change your name" are for whoever asks.
  if (kind === 'howto' && opening.subject === null)
    terms = terms.map((term) => (term.owner === 'yours' ? { ...term, owner: 'mine' as const } : term))
  if (kind === 'when' || kind === 'where') terms = withoutStranded(terms)
  if (terms.length === 0) return null
  const rows = rowsOf(terms, opening.verbal || active.turned, kind)
  return {
    kind,
    rows,
    subject: opening.subject,
    // Who wrote it is who its author is.
    ...tenseOf(kind === 'who' || /^when was /.test(opening.text) ? opening.text : opening.asked, kind),
    able:
      !/^(?:howto|can|must|should|what:todo)$/.test(kind) &&
      /\b(?:can|could|may|might)\b/i.test(opening.text),
    verbatim: ofWords.test(plain),
    indefinite: articleOf(opening.text),
    supported: /\b(?:do|does|did)\b/i.test(active.text) || /^\S+ (?:do|does|did)\b/i.test(opening.text),
    grain,
    bag: terms
      .map(({ stem }) => stem)
      .sort()
      .join(' '),
  }
}

/** "Make a payment" is "pay". */
function withoutLightVerbs(terms: readonly Term[], { verbal }: Opening): readonly Term[] {
  const [first, second] = terms
  if (!verbal || first === undefined || second === undefined) return terms
  return second.act && first.words.some((word) => lightVerbs.has(word)) ? terms.slice(1) : terms
}

/** "The height of X" and "X's height" ask how high X is. */
function measuredBy(
  terms: readonly Term[],
  kind: string,
): { readonly kind: string; readonly terms: readonly Term[] } | null {
  if (kind !== 'what') return null
  const cut = terms.findIndex(({ direction }, i) => i > 0 && direction !== null)
  const at = (cut < 0 ? terms.length : cut) - 1
  const measure =
    measureNouns.get(terms[at]?.raw ?? '') ?? (terms[at]?.raw === 'time' && at > 0 ? 'long' : undefined)
  if (measure === undefined || terms.length < 2) return null
  const left = terms.filter((_, i) => i !== at)
  return {
    kind: `what:${measure}`,
    terms: left.map((term, i) => (i === 0 && term.direction === 'of' ? { ...term, direction: null } : term)),
  }
}

/** "What year was she born in". */
function withoutStranded(terms: readonly Term[]): readonly Term[] {
  const last = terms.at(-1)
  return last !== undefined && folding.has(last.raw) ? terms.slice(0, -1) : terms
}
