/**
 * Sets of characters as rules over their UTF-8 bytes. A range of code points falls into a few sequences of byte ranges: it is cut
 * where the number of bytes changes, and then where a leading byte does not cover all that can follow it.
 */
import type { Rule, Sequence } from './rule.ts'
import { bytes, rule } from './rule.ts'

/** Code points from one to another, both included. */
export type CharacterRange = readonly [number, number]

const lengthEnds = [0x7f, 0x7ff, 0xffff, 0x10ffff]
const surrogates: CharacterRange = [0xd800, 0xdfff]

export function characters(ranges: readonly CharacterRange[]): Rule {
  return rule(() => ranges.flatMap(withoutSurrogates).flatMap(sequencesOf))
}

/** All characters but these; the ranges may come in any order. */
export function otherThan(ranges: readonly CharacterRange[]): readonly CharacterRange[] {
  const others: CharacterRange[] = []
  let next = 0
  for (const [first, last] of [...ranges].sort((left, right) => left[0] - right[0])) {
    if (first > next) others.push([next, first - 1])
    next = Math.max(next, last + 1)
  }
  if (next <= 0x10ffff) others.push([next, 0x10ffff])
  return others
}

export function without(
  ranges: readonly CharacterRange[],
  taken: readonly CharacterRange[],
): readonly CharacterRange[] {
  return otherThan([...otherThan(ranges), ...taken])
}

/** Half of a pair is no character and has no bytes. */
function withoutSurrogates(range: CharacterRange): readonly CharacterRange[] {
  if (range[1] < surrogates[0] || range[0] > surrogates[1]) return [range]
  const parts: CharacterRange[] = [
    [range[0], surrogates[0] - 1],
    [surrogates[1] + 1, range[1]],
  ]
  return parts.filter(([first, last]) => first <= last)
}

function sequencesOf([first, last]: CharacterRange): readonly Sequence[] {
  for (const end of lengthEnds) {
    if (first <= end && last > end) return [...sequencesOf([first, end]), ...sequencesOf([end + 1, last])]
  }
  if (last <= 0x7f) return [[bytes([first, last])]]

  for (let bits = 6; bits <= 18; bits += 6) {
    const below = 2 ** bits - 1
    if (first >> bits === last >> bits) continue
    if ((first & below) !== 0) {
      const end = first | below
      return [...sequencesOf([first, end]), ...sequencesOf([end + 1, last])]
    }
    if ((last & below) !== below) {
      const start = last - (last & below)
      return [...sequencesOf([first, start - 1]), ...sequencesOf([start, last])]
    }
  }
  const high = utf8(last)
  return [utf8(first).map((byte, at) => bytes([byte, high[at]!]))]
}

function utf8(point: number): readonly number[] {
  return Array.from(new TextEncoder().encode(String.fromCodePoint(point)))
}
