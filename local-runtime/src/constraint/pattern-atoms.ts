/** The small parts of a regular expression: one character or class of characters, and how often it comes. */
import { NearsideError } from '@nearside/core'
import type { CharacterRange } from './characters.ts'
import { otherThan } from './characters.ts'

export type Atom = { readonly ranges: readonly CharacterRange[]; readonly next: number }
export type Count = { readonly low: number; readonly high: number; readonly next: number }

/** As much as the longest named form (an address) has. */
const mostTimes = 2_000
const notLineEnds: readonly CharacterRange[] = otherThan([
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
])
const digits: readonly CharacterRange[] = [[0x30, 0x39]]
const wordLetters: readonly CharacterRange[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]
const spaces: readonly CharacterRange[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]
const classes: ReadonlyMap<string, readonly CharacterRange[]> = new Map([
  ['d', digits],
  ['D', otherThan(digits)],
  ['w', wordLetters],
  ['W', otherThan(wordLetters)],
  ['s', spaces],
  ['S', otherThan(spaces)],
])
const controls: ReadonlyMap<string, number> = new Map([
  ['t', 0x09],
  ['n', 0x0a],
  ['v', 0x0b],
  ['f', 0x0c],
  ['r', 0x0d],
  ['0', 0x00],
])

export function readAtom(points: readonly string[], at: number): Atom {
  const point = points[at]!
  if (point === '.') return { ranges: notLineEnds, next: at + 1 }
  if (point === '[') return readClass(points, at + 1)
  if (point === '\\') return readEscape(points, at + 1)
  if ('*+?{}]^'.includes(point)) throw patternFault('has a bracket, an anchor or a count where none can be')
  return { ranges: [one(point.codePointAt(0)!)], next: at + 1 }
}

/** `*`, `+`, `?` or `{2,5}`; null where none stands. */
export function readCount(points: readonly string[], at: number): Count | null {
  switch (points[at]) {
    case '*':
      return { low: 0, high: Number.POSITIVE_INFINITY, next: at + 1 }
    case '+':
      return { low: 1, high: Number.POSITIVE_INFINITY, next: at + 1 }
    case '?':
      return { low: 0, high: 1, next: at + 1 }
    case '{':
      return readBraces(points, at)
    default:
      return null
  }
}

function readBraces(points: readonly string[], at: number): Count {
  const found = /^\{(\d{1,5})(,(\d{0,5}))?\}/.exec(points.slice(at, at + 14).join(''))
  if (found === null) throw patternFault('has a brace that is no count; write \\{ for the character')
  const low = Number(found[1])
  const high = found[2] === undefined ? low : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3])
  if (low > high) throw patternFault('has a count whose bounds are the wrong way round')
  if (low > mostTimes || (high > mostTimes && high !== Number.POSITIVE_INFINITY)) {
    throw patternFault(`counts beyond ${mostTimes}`)
  }
  return { low, high, next: at + found[0].length }
}

function readClass(points: readonly string[], start: number): Atom {
  let at = start
  const negated = points[at] === '^'
  if (negated) at++
  const ranges: CharacterRange[] = []
  while (at < points.length && points[at] !== ']') {
    const first = readMember(points, at)
    at = first.next
    const low = first.ranges.length === 1 ? first.ranges[0]! : null
    if (points[at] === '-' && points[at + 1] !== ']' && at + 1 < points.length) {
      const second = readMember(points, at + 1)
      const high = second.ranges.length === 1 ? second.ranges[0]! : null
      if (low === null || high === null || low[0] !== low[1] || high[0] !== high[1] || low[0] > high[0]) {
        throw patternFault('has a range of characters that is none')
      }
      ranges.push([low[0], high[0]])
      at = second.next
    } else ranges.push(...first.ranges)
  }
  if (at >= points.length) throw patternFault('has a class that is not closed')
  return { ranges: negated ? otherThan(ranges) : ranges, next: at + 1 }
}

function readMember(points: readonly string[], at: number): Atom {
  const point = points[at]
  if (point === undefined) throw patternFault('has a class that is not closed')
  if (point !== '\\') return { ranges: [one(point.codePointAt(0)!)], next: at + 1 }
  if (points[at + 1] === 'b') return { ranges: [one(0x08)], next: at + 2 }
  return readEscape(points, at + 1)
}

function readEscape(points: readonly string[], at: number): Atom {
  const letter = points[at]
  if (letter === undefined) throw patternFault('ends in a lone backslash')
  const known = classes.get(letter)
  if (known !== undefined) return { ranges: known, next: at + 1 }
  const control = controls.get(letter)
  if (control !== undefined) return { ranges: [one(control)], next: at + 1 }
  if (letter === 'x') return byCode(points, at + 1, /^([0-9A-Fa-f]{2})/)
  if (letter === 'u') return byCode(points, at + 1, /^(?:([0-9A-Fa-f]{4})|\{([0-9A-Fa-f]{1,6})\})/)
  if (/[0-9A-Za-z]/.test(letter)) throw patternFault('uses an escape that is not regular, or not known here')
  return { ranges: [one(letter.codePointAt(0)!)], next: at + 1 }
}

function byCode(points: readonly string[], at: number, form: RegExp): Atom {
  const found = form.exec(points.slice(at, at + 8).join(''))
  const point = found === null ? Number.NaN : Number.parseInt(found[1] ?? found[2]!, 16)
  if (found === null || !(point <= 0x10ffff)) throw patternFault('has a character code that is none')
  return { ranges: [one(point)], next: at + found[0].length }
}

function one(point: number): CharacterRange {
  return [point, point]
}

export function patternFault(what: string): NearsideError {
  return new NearsideError('bad-request', `A pattern of the schema ${what}.`, { param: 'response_format' })
}
