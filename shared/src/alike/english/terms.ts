/**
 * The words of a question that carry its meaning, each with what it may be a form of, what it is taken for, the preposition before it and
 * whose it is.
 */
import { looseStem, wordsOf } from './inflect.ts'
import { isPerfect } from './verb-forms.ts'
import { classOf, determiners, fillers, folding, prepositions } from './vocabulary.ts'

export type Term = {
  readonly raw: string
  /** What it may be a form of. */
  readonly words: readonly string[]
  /** What it is taken for, where it is in a class. */
  readonly head: string | null
  /** Equal for all terms that may be the same. */
  readonly stem: string
  /** Names are never inflected. */
  readonly name: boolean
  /** A noun for an act: cancellation. */
  readonly act: boolean
  /** The preposition before it. */
  readonly direction: string | null
  readonly owner: 'mine' | 'yours' | null
  readonly definite: boolean
  /** It stands before what it belongs to, behind which it was said: "branch in Leeds". */
  readonly folded: boolean
  /** An article or an owner stands before it: a noun phrase begins. */
  readonly determined: boolean
}

const pieces =
  /[-+]?\d[\d.,:/]*%?(?:\s*[ap]\.?m\b\.?)?|\p{L}[\p{L}\p{M}\p{N}]*(?:[-'][\p{L}\p{N}]+)*'?|[+*/=<>^]/giu

export function termsOf(text: string): readonly Term[] {
  const terms: Term[] = []
  const perfect = isPerfect(text)
  let direction: string | null = null
  let owner: Term['owner'] = null
  let determined = false
  let definite = false
  let joined = false
  const all = text.trim().match(pieces) ?? []
  const last = all.length - 1
  for (const [at, piece] of all.entries()) {
    const low = piece.toLowerCase()
    const heading = low === 'using' && joined ? undefined : prepositions.get(low)
    joined = low === 'and'
    if (heading !== undefined) {
      // "Than in May" and "from under the bed": what stands first says more.
      if (direction === null || folding.has(direction) || direction === 'to') direction = heading
      else if (!folding.has(heading)) direction = `${direction} ${heading}`
      determined = false
      continue
    }
    if (low === 'my' || low === 'our') owner = 'mine'
    if (low === 'your') owner = 'yours'
    if (low === "one's") {
      owner = 'mine'
      determined = true
      continue
    }
    if (determiners.has(low)) {
      determined = true
      definite = low === 'the'
    }
    // May is a month where it has its capital.
    const capital = low !== 'i' && /^\p{Lu}/u.test(piece)
    // "What does it do": the last is what is done.
    const done = low === 'do' && at === last
    if (!capital && !done && (fillers.has(low) || determiners.has(low))) continue
    // "Have you been" holds the sentence together; "do you have one" does not.
    if (/^(?:have|has|had|having)$/.test(low) && perfect) continue
    const owns = /'s?$/.test(low)
    const bare = owns ? piece.replace(/'s?$/i, '') : piece
    terms.push({ ...termOf(bare, isName(bare)), direction, owner, determined, definite })
    if (!owns) owner = null
    definite = false
    direction = null
    determined = false
  }
  // What it stood before is said elsewhere.
  if (direction !== null && direction !== 'to' && terms.length > 0) terms.push(termOf(direction, false))
  return terms
}

function isName(piece: string): boolean {
  return /^[\d+-]/.test(piece) || /\p{Lu}.*\p{Lu}|\p{N}/u.test(piece) || /^\p{Lu}/u.test(piece)
}

function termOf(piece: string, name: boolean): Term {
  const raw = /^[-+]?\d/.test(piece) ? plainNumber(piece) : piece.toLowerCase()
  const words = /^\p{L}/u.test(raw) ? wordsOf(raw) : [raw]
  const known = words.map((word) => classOf(word)).find((each) => each !== undefined)
  const head = known?.head ?? null
  const stem = /^\p{L}/u.test(raw) ? looseStem(head ?? raw) : raw
  const bare = { direction: null, owner: null, determined: false, definite: false, folded: false }
  return { raw, words, head, stem, name, act: known?.act ?? false, ...bare }
}

/** Thousands without their commas; a point means another thing in another language and stays. */
function plainNumber(piece: string): string {
  const number = piece
    .toLowerCase()
    .replace(/[.,:/]+$/, '')
    .replace(/[\s.]*([ap])\.?m\.?$/, '$1m')
  return /^[-+]?\d{1,3}(?:,\d{3})+$/.test(number) ? number.replaceAll(',', '') : number
}
