/**
 * JSON itself as rules: what a model may write where a schema says nothing more.
 *
 * Numbers have bounded digits, because a small model that is free to go on writes `4444444…` to the end of its context. Between
 * tokens a space or a short indent is allowed and no more, for the same reason.
 */
import type { CharacterRange } from './characters.ts'
import { characters, without } from './characters.ts'
import type { Piece, Rule } from './rule.ts'
import { bytes, choice, literal, optional, repeat, rule, sequence } from './rule.ts'

const digit = bytes([0x30, 0x39])
const notZero = bytes([0x31, 0x39])
const blank = bytes([0x20, 0x20], [0x09, 0x09])
const hex = bytes([0x30, 0x39], [0x41, 0x46], [0x61, 0x66])

/** Nothing, a space, or a new line with its indent. */
export const gap: Rule = choice([literal(''), literal(' '), sequence(literal('\n'), repeat(blank, 0, 20))])
export const comma: Rule = sequence(literal(','), gap)
export const colon: Rule = sequence(literal(':'), gap)
const quote = literal('"')

/** What stands in a string by a backslash only: control characters, the quote, the backslash. */
const escapedRanges: readonly CharacterRange[] = [
  [0x00, 0x1f],
  [0x22, 0x22],
  [0x5c, 0x5c],
]
const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
])

/** One character of these, as a JSON string spells it. */
export function spelledCharacter(ranges: readonly CharacterRange[]): Rule {
  return rule(() => {
    const plain = without(ranges, escapedRanges)
    const escaped: Piece[] = []
    for (const [first, last] of escapedRanges) {
      for (let point = first; point <= last; point++) {
        if (ranges.some(([low, high]) => low <= point && point <= high))
          escaped.push(literal(spelling(point)))
      }
    }
    return [...(plain.length > 0 ? [[characters(plain)]] : []), ...escaped.map((symbol) => [symbol])]
  })
}

function spelling(point: number): string {
  return shortEscapes.get(point) ?? `\\u${point.toString(16).padStart(4, '0')}`
}

/** Four hexadecimal digits that are no half of a pair. */
const wholeHex = choice([
  sequence(bytes([0x30, 0x39], [0x41, 0x43], [0x45, 0x46], [0x61, 0x63], [0x65, 0x66]), hex, hex, hex),
  sequence(bytes([0x44, 0x44], [0x64, 0x64]), bytes([0x30, 0x37]), hex, hex),
])

/** Any character, in every spelling that models use. */
export const anyCharacter: Rule = choice([
  characters(without([[0, 0x10ffff]], escapedRanges)),
  sequence(
    bytes([0x5c, 0x5c]),
    choice([
      bytes([0x22, 0x22], [0x2f, 0x2f], [0x5c, 0x5c], ...[...'bfnrt'].map(single)),
      sequence(literal('u'), wholeHex),
    ]),
  ),
])

function single(letter: string): readonly [number, number] {
  return [letter.charCodeAt(0), letter.charCodeAt(0)]
}

export function quoted(content: Piece): Rule {
  return sequence(quote, content, quote)
}

export const wholeDigits: Rule = choice([literal('0'), sequence(notZero, repeat(digit, 0, 15))])
const fraction = sequence(literal('.'), repeat(digit, 1, 16))
const exponent = sequence(
  bytes([0x45, 0x45], [0x65, 0x65]),
  optional(bytes([0x2b, 0x2b], [0x2d, 0x2d])),
  repeat(digit, 1, 2),
)
export const decimal: Rule = sequence(wholeDigits, optional(fraction), optional(exponent))
export const minus: Rule = literal('-')

export const anyText: Rule = quoted(repeat(anyCharacter, 0, Number.POSITIVE_INFINITY))

/** Entries with commas between them, or none. */
export function listOf(entry: Piece): Rule {
  return optional(sequence(entry, repeat(sequence(comma, entry), 0, Number.POSITIVE_INFINITY)))
}

export const anyValue: Rule = rule(() => [
  [anyText],
  [sequence(optional(minus), decimal)],
  [literal('true')],
  [literal('false')],
  [literal('null')],
  [anyObject],
  [literal('['), gap, listOf(anyValue), gap, literal(']')],
])

export const anyObject: Rule = sequence(
  literal('{'),
  gap,
  listOf(
    sequence(
      anyText,
      colon,
      rule(() => [[anyValue]]),
    ),
  ),
  gap,
  literal('}'),
)
