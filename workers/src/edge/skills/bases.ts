/** Numbers in other bases and in Roman numerals. Digits that could be of several bases need theirs named. */
import type { EdgeAnswerer } from '../answerer.ts'
import { bare, skilled } from './skill.ts'

const base = '(hex(?:adecimal|adezimal|adécimal)?|binary|binär|binaire|binario|octal|decimal)'
const form = new RegExp(
  `^(?:convert |what is |what's |was ist |write |convertir |convierte )?(?:the )?(?:${base} (?:number )?)?(0[xbo])?([0-9a-f]{1,40}) (?:to|into|in|as|en|a) ${base}$`,
  'i',
)
const toRoman =
  /^(?:convert |what is |what's |write )?([1-9]\d{0,3}) (?:to|into|in|as) (?:a )?roman numerals?$/i
const fromRoman =
  /^(?:convert (?:the )?roman numerals? ([MDCLXVI]+) (?:to|into) (?:a number|decimal|arabic numerals)|what number is (?:the )?roman numeral ([MDCLXVI]+))$/i

const romans: readonly (readonly [number, string])[] = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
]

export const bases: EdgeAnswerer = skilled({
  name: 'bases',
  longest: 140,
  hint: /hex|bin|octal|decimal|roman/i,
  answer(question) {
    const text = bare(question)
    if (text === null) return null
    const roman = toRoman.exec(text)?.[1]
    if (roman !== undefined) return Number(roman) < 4000 ? romanOf(Number(roman)) : null
    const [, one, two] = fromRoman.exec(text) ?? []
    if (one !== undefined || two !== undefined) return fromRomanNumeral((one ?? two ?? '').toUpperCase())
    const [, named, prefix, digits, target] = form.exec(text) ?? []
    if (digits === undefined || target === undefined) return null
    return rebase(digits, named, prefix, radixOf(target))
  },
})

function rebase(
  digits: string,
  named: string | undefined,
  prefix: string | undefined,
  to: number,
): string | null {
  const prefixed = prefix && { '0x': 16, '0b': 2, '0o': 8 }[prefix.toLowerCase()]
  const spoken = named && radixOf(named)
  if (prefixed && spoken && prefixed !== spoken) return null
  const from = prefixed || spoken || 10
  if (from === to || (from === 10 && !prefixed && !spoken && /^[01]{4,}$/.test(digits))) return null
  if (from === 10 && /^0\d/.test(digits)) return null
  let value = 0n
  for (const digit of digits) {
    const worth = Number.parseInt(digit, 36)
    if (worth >= from) return null
    value = value * BigInt(from) + BigInt(worth)
  }
  return value.toString(to).toUpperCase()
}

function radixOf(name: string): number {
  return { h: 16, b: 2, o: 8 }[name.charAt(0).toLowerCase()] ?? 10
}

function romanOf(given: number): string {
  let [left, said] = [given, '']
  for (const [worth, sign] of romans) for (; left >= worth; left -= worth) said += sign
  return said
}

/** A numeral is read by writing it again: one that nobody would write has no value. */
function fromRomanNumeral(numeral: string): string | null {
  if (numeral.length > 15) return null
  const worths = [...numeral].map((sign) => romans.find(([, each]) => each === sign)?.[0] ?? 0)
  const value = worths.reduce((sum, worth, i) => sum + (worth < (worths[i + 1] ?? 0) ? -worth : worth), 0)
  return value > 0 && value < 4000 && romanOf(value) === numeral ? String(value) : null
}
