/**
 * Reads an English question into a row of the words that carry its meaning, in an order that does not depend on how it was put: the
 * passive is turned into the active, owners stand before what they own, and what is said of place, time and means stands apart from who does what.
 *
 * Where English leaves open what belongs to what ("install it on Ubuntu": it, or the installing?), a question has more than one row; two
 * questions are the same where one row of one is a row of the other, word by word.
 */
import { measureNouns, type Opening, openingOf } from './frames.ts'
import { looseStem, wordsOf } from './inflect.ts'
import { unfold } from './unfold.ts'
import { classOf, determiners, fillers, folding, lightVerbs, prepositions } from './vocabulary.ts'

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

export type Row = readonly Term[]

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
  /** A time of day, a day, a year: what "when" asks for, where it is said. */
  readonly grain: string | null
  /** The stems of all that carries meaning, in the order of letters. */
  readonly bag: string
}

export function readEnglish(text: string): EnglishReading | null {
  const plain = unfold(text)
  const opening = openingOf(plain)
  if (opening === null) return null
  let { kind, rest } = opening
  const grain = kind === 'when' ? (/^ ?@(\w+)/.exec(rest)?.[1]?.toLowerCase() ?? null) : null
  rest = rest.replace(/^ ?@\w+/, '')
  rest = rest.replace(compared, (_, one, other) => `between ${[one, other].sort().join(' and ')}`)
  const active = activeOf(rest, kind)
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
    ...tenseOf(opening.text, kind),
    able:
      !/^(?:howto|can|must|should|what:todo)$/.test(kind) &&
      /\b(?:can|could|may|might)\b/i.test(opening.text),
    indefinite: articleOf(opening.text),
    supported: /\b(?:do|does|did)\b/i.test(active.text) || /^\S+ (?:do|does|did)\b/i.test(opening.text),
    grain,
    bag: terms
      .map(({ stem }) => stem)
      .sort()
      .join(' '),
  }
}

/** Between two things it is the same whichever is named first. */
const compared =
  /\bbetween (?:the |an? )?(\S+(?: \S+)?) and (?:the |an? )?(\S+(?: \S+)?)(?=$| (?:in|on|for|with|under)\b)/i

/** "My notes be exported to CSV" is "export my notes to CSV", and with a "by" the one behind it does it. */
function activeOf(rest: string, kind: string): { readonly text: string; readonly turned: boolean } {
  const found =
    /^(.*?)\b(?:be|been|being|is|are|was|were|get|gets) (not )?(\S+)(?=$| )(.*)$/i.exec(rest) ?? null
  if (found === null) return { text: rest, turned: false }
  let [, before = '', not = '', participle = '', after = ''] = found
  if (!isParticiple(participle)) {
    // "Is the cat eaten by the dog": the auxiliary stands in front.
    const fronted =
      /^ ?(?:is|are|was|were|has|have|had) (.+?) (?:been )?(not )?(\S+(?:ed|en|wn|ne|rn|ilt|ade|old|aid|ent|ept|ut|ought|aught|un|ead|ound|ost|et))(?=$| )(.*)$/i.exec(
        rest,
      )
    if (fronted === null || !isParticiple(fronted[3] ?? '')) return { text: rest, turned: false }
    ;[, before = '', not = '', participle = '', after = ''] = fronted
  }
  if (before.trim() === '') return { text: rest, turned: false }
  const doer = /^(.*?) by ((?:the |my |your |an? )?[^ ]+(?: [\p{Lu}][^ ]*)*)(.*)$/u.exec(after)
  void kind
  if (doer !== null)
    return { text: `${doer[2]} ${not}${participle} ${before}${doer[1]}${doer[3]}`, turned: false }
  return { text: `${not}${participle} ${before}${after}`, turned: true }
}

function isParticiple(word: string): boolean {
  const low = word.toLowerCase()
  if (/^(?:need|used|red|bed|speed|indeed|hundred|sacred|kindred)$/.test(low) || determiners.has(low))
    return false
  const [first] = wordsOf(low)
  return (
    (/ed$/.test(low) && low.length > 3) || (first !== undefined && first !== low && !/(?:s|ing)$/.test(low))
  )
}

const pieces =
  /[-+]?\d[\d.,:/]*%?(?:\s*[ap]\.?m\b\.?)?|\p{L}[\p{L}\p{M}\p{N}]*(?:[-'][\p{L}\p{N}]+)*'?|[+*/=<>^]/giu

function termsOf(text: string): readonly Term[] {
  const terms: Term[] = []
  const perfect = isPerfect(text)
  let direction: string | null = null
  let owner: Term['owner'] = null
  let determined = false
  let definite = false
  let joined = false
  for (const [piece] of text.trim().matchAll(pieces)) {
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
    if (!capital && (fillers.has(low) || determiners.has(low))) continue
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

/** "Have you been there", and not "do you have one". */
function isPerfect(text: string): boolean {
  const words = text.toLowerCase().split(/[^\p{L}']+/u)
  return words.some(
    (word, at) =>
      /^(?:have|has|had|having)$/.test(word) &&
      words[at + 1] !== 'to' &&
      words.slice(at + 1, at + 6).some((next) => isParticiple(next)),
  )
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

function articleOf(text: string): boolean | null {
  const article = /^(?:what|which) (?:is|are|was|were) (an?|the|my|your|our)\b/i.exec(text)?.[1]
  return article === undefined ? null : /^an?$/i.test(article)
}

/** "What year was she born in". */
function withoutStranded(terms: readonly Term[]): readonly Term[] {
  const last = terms.at(-1)
  return last !== undefined && folding.has(last.raw) ? terms.slice(0, -1) : terms
}

function tenseOf(plain: string, kind: string): { readonly past: boolean | null; readonly future: boolean } {
  const first = /\b(?:is|are|am|do|does|can|could|may|must|should|was|were|did|had|will|would)\b/i
    .exec(plain)?.[0]
    ?.toLowerCase()
  const future = first === 'will' && !kind.startsWith('what:')
  if (kind === 'what:todo') return { past: null, future: false }
  if (isPerfect(plain)) return { past: true, future: false }
  if (first === undefined) {
    if (!/^(?:who|what|which)\b/i.test(plain)) return { past: null, future }
    const words = plain.toLowerCase().split(/[^\p{L}]+/u)
    const open = words.some((word) => /^(?:put|cut|read|set|hit|cost|let|shut|bet|quit)$/.test(word))
    return { past: open ? null : words.some((word) => isParticiple(word)), future }
  }
  return { past: /^(?:was|were|did|had)$/.test(first), future }
}

function rowsOf(terms: readonly Term[], verbal: boolean, kind: string): readonly Row[] {
  const folded = foldedRow(terms, verbal)
  const apart = apartRow(terms, verbal)
  const rows = [folded, apart]
  // "The procedure for order cancellation": what is done stands last in a noun.
  const last = folded.at(-1)
  if (
    kind === 'howto' &&
    last !== undefined &&
    folded[0]?.act === false &&
    last.act &&
    folded.length > 1 &&
    !verbal
  )
    rows.push([last, ...folded.slice(0, -1)])
  return rows
}

/** Chunks begin at prepositions; a bare name behind one ends it: "the branch in Leeds | opens". */
function chunksOf(terms: readonly Term[]): Term[][] {
  const chunks: Term[][] = [[]]
  let bare = false
  for (const term of terms) {
    if (term.direction !== null) {
      chunks.push([])
      bare = term.name && !term.determined && /^\p{L}/u.test(term.raw)
    } else if (bare && !term.name) {
      chunks.push([])
      bare = false
    }
    chunks.at(-1)?.push(term)
  }
  return chunks.filter((chunk) => chunk.length > 0)
}

/** What belongs to a noun stands before it, wherever it was said. */
function foldedRow(terms: readonly Term[], verbal: boolean): Row {
  return fold(chunksOf(terms), verbal, (direction) => folding.has(direction))
}

function fold(chunks: readonly Term[][], verbal: boolean, folds: (direction: string) => boolean): Term[] {
  const row: Term[] = []
  let begun = 0
  for (const [at, chunk] of chunks.entries()) {
    const direction = chunk[0]?.direction ?? null
    if (direction === null || !folds(direction) || row.length === 0) {
      begun = row.length + nounBegins(chunk, verbal && at === 0)
      row.push(...chunk)
      continue
    }
    const moves = begun < row.length
    row.splice(begun, 0, ...chunk.map((term, i) => (i === 0 && moves ? { ...term, folded: true } : term)))
  }
  return row
}

/** Where the noun phrase begins in a chunk whose first word may be a verb. */
function nounBegins(chunk: readonly Term[], verbal: boolean): number {
  const determined = chunk.findLastIndex((term) => term.determined || term.owner !== null)
  if (determined >= 0) return determined
  return verbal && chunk[0]?.act === false ? Math.min(1, chunk.length) : 0
}

/** "Of" belongs to what is before it; all other prepositions with what is behind them stand apart, in one order. */
function apartRow(terms: readonly Term[], verbal: boolean): Row {
  const core: Term[][] = []
  const apart: Term[][] = []
  for (const chunk of chunksOf(terms)) {
    const direction = chunk[0]?.direction ?? null
    if (direction === null || (direction === 'of' && apart.length === 0)) core.push(chunk)
    else if (direction === 'of') {
      const last = apart.at(-1)
      if (last !== undefined) last.unshift(...chunk)
    } else apart.push([...chunk])
  }
  const bagOf = (chunk: readonly Term[]): string => chunk.map(({ stem }) => stem).join(' ')
  apart.sort((a, b) => (bagOf(a) < bagOf(b) ? -1 : 1))
  return [...fold(core, verbal, (direction) => direction === 'of'), ...apart.flat()]
}
