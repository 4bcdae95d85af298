/**
 * Digits as people write them: groups with a separator between, `4539 5366 9076 3649`, `078-05-1120`, `111.444.777-35`.
 *
 * A run is a stretch of groups; a number of interest is some groups in a row. Each such piece of at most 20 digits and
 * eight groups is offered once, with its `sizes` (`'4-4-4-4'`), so that a table of forms says in one look-up which
 * numbers it could be. A group is looked at from at most eight starts: linear in the text.
 */
import { invisible } from './normalise.ts'

export type Piece = {
  readonly digits: string
  readonly sizes: string
  /** What stands between the groups, one character a gap: `'--'`. */
  readonly gaps: string
  readonly start: number
  readonly end: number
}

type Group = { readonly digits: string; readonly start: number; readonly end: number; gapBefore: string }

const mostGroups = 8
const mostDigits = 20

/** Calls `offer` with each piece, longest first from each start; where it says that it took it, goes on behind it. */
export function eachPiece(text: string, offer: (piece: Piece) => boolean): void {
  let at = nextDigit(text, 0)
  while (at >= 0) {
    const groups: Group[] = []
    at = readRun(text, at, groups)
    offerPieces(text, groups, offer)
    at = nextDigit(text, at)
  }
}

function offerPieces(text: string, groups: readonly Group[], offer: (piece: Piece) => boolean): void {
  let first = 0
  while (first < groups.length) first = offerFrom(text, groups, first, offer)
}

function offerFrom(
  text: string,
  groups: readonly Group[],
  first: number,
  offer: (piece: Piece) => boolean,
): number {
  const head = groups[first]!
  if (!startsFree(text, head)) return first + 1
  const pieces: { piece: Piece; next: number }[] = []
  let digits = ''
  let sizes = ''
  let gaps = ''
  for (let last = first; last < groups.length && last < first + mostGroups; last++) {
    const group = groups[last]!
    if (digits.length + group.digits.length > mostDigits) break
    digits += group.digits
    if (last > first) gaps += group.gapBefore
    sizes = last === first ? String(group.digits.length) : `${sizes}-${group.digits.length}`
    if (endsFree(text, group, groups[last + 1])) {
      pieces.push({ piece: { digits, sizes, gaps, start: head.start, end: group.end }, next: last + 1 })
    }
  }
  for (let i = pieces.length - 1; i >= 0; i--) {
    const { piece, next } = pieces[i]!
    if (offer(piece)) return next
  }
  return first + 1
}

/** A number that hangs on to a letter, or to other digits by more than a space, is part of something else. */
function startsFree(text: string, group: Group): boolean {
  if (group.gapBefore !== '' && group.gapBefore !== ' ') return false
  return !isWordUnit(text.charCodeAt(group.start - 1))
}

function endsFree(text: string, group: Group, next: Group | undefined): boolean {
  if (next !== undefined && next.gapBefore !== ' ') return false
  return !isWordUnit(text.charCodeAt(group.end))
}

/** Reads groups until something stands between that does not separate digits; returns where it stopped. */
function readRun(text: string, from: number, groups: Group[]): number {
  let at = from
  let gap = ''
  while (true) {
    const start = at
    let digits = ''
    let end = at
    while (at < text.length) {
      if (isDigit(text.charCodeAt(at))) {
        digits += text[at]
        end = ++at
      } else if (text[at] === invisible && digits.length > 0) at++
      else break
      if (digits.length > mostDigits) {
        while (isDigit(text.charCodeAt(at))) end = ++at
      }
    }
    groups.push({ digits, start, end, gapBefore: gap })
    const separated = gapAt(text, end)
    if (separated === null) return end
    gap = separated.sign
    at = separated.next
  }
}

/**
 * One or two separators, three characters at most, and a digit behind. A full stop with a space beside it ends a sentence; a
 * hyphen with one stands between two numbers.
 */
function gapAt(text: string, from: number): { readonly sign: string; readonly next: number } | null {
  let sign = ''
  let spaced = false
  for (let at = from; at < from + 4 && at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (isDigit(unit)) {
      if (at === from || (spaced && sign === '.')) return null
      const bracket = sign === '(' || sign === ')'
      return { sign: spaced && !bracket ? ' ' : sign || ' ', next: at }
    }
    const char = text[at]!
    if (char === '-' || char === '.' || char === '/' || char === '(' || char === ')') sign = char
    else if (char === ' ') spaced = true
    else if (char !== invisible) return null
  }
  return null
}

function nextDigit(text: string, from: number): number {
  for (let at = from; at < text.length; at++) if (isDigit(text.charCodeAt(at))) return at
  return -1
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57
}

function isWordUnit(unit: number): boolean {
  return (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122) || unit === 95 || isDigit(unit)
}
