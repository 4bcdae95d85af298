/**
 * Puts the words of a question into rows whose order does not depend on how it was put: owners stand before what they own, and what is
 * said of place, time and means stands apart from who does what.
 *
 * Where English leaves open what belongs to what ("install it on Ubuntu": it, or the installing?) there is more than one row.
 */
import type { Term } from './terms.ts'
import { folding } from './vocabulary.ts'

export type Row = readonly Term[]

export function rowsOf(given: readonly Term[], verbal: boolean, kind: string): readonly Row[] {
  // "The cancellation of my order" is to cancel it.
  const [act, done] = given
  const doing = kind === 'howto' && act?.act === true && done?.direction === 'of'
  const terms = doing ? given.map((term, i) => (i === 1 ? { ...term, direction: null } : term)) : given
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
