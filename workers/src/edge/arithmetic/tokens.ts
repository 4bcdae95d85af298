/**
 * Cuts a short text into numbers, words and signs, and gives up at the first thing that is none of them.
 *
 * White space is kept as a mark on the token behind it, because it tells a range from a subtraction and a screen
 * size from a product. One pass over the text.
 */
import { type Rational, rational } from './rational.ts'

type Spacing = {
  /** White space stands before it. */
  readonly gap: boolean
}
export type NumberToken = Spacing & {
  readonly kind: 'number'
  readonly text: string
  readonly value: Rational
}
export type WordToken = Spacing & { readonly kind: 'word'; readonly text: string }
export type SignToken = Spacing & { readonly kind: 'sign'; readonly text: string }
export type Token = NumberToken | WordToken | SignToken

const signs = new Set('+-–−*×·/÷^%()√=?.,')
const numerals =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const longestNumber = 60
const numberName = new RegExp(`[0-9]|${[...numerals, ...tens].join('|')}`, 'i')

/** Whether there is a number in it, by digit or by name. */
export function namesNumber(text: string): boolean {
  return numberName.test(text)
}

/** The tokens of a text in lower case, or null where something in it is no part of a sum. */
export function tokenise(text: string): readonly Token[] | null {
  const tokens: Token[] = []
  let at = 0
  let gap = false
  while (at < text.length) {
    const char = text.charAt(at)
    if (char === ' ' || char === '\t' || char === '\u00a0') {
      gap = true
      at++
      continue
    }
    const token = numberAt(text, at, gap) ?? wordAt(text, at, gap) ?? signAt(text, at, gap)
    if (token === null || (!token.gap && clash(tokens.at(-1), token))) return null
    tokens.push(token)
    at += token.text.length
    gap = false
  }
  return tokens
}

/** A number and a word that touch are one name (`5kg`, `10th`, `1e5`, `0x10`), but for the x of a product. */
function clash(before: Token | undefined, token: Token): boolean {
  if (before === undefined) return false
  const [a, b] = [before, token]
  if (a.kind === 'number' && a.text === '0' && b.text === 'x') return true
  if (a.text === 'x' || b.text === 'x') return false
  return a.kind !== 'sign' && b.kind !== 'sign'
}

function numberAt(text: string, at: number, gap: boolean): NumberToken | null {
  let end = at
  while (end < text.length && isNumberChar(text.charCodeAt(end))) end++
  // A dot or comma at the end belongs to the sentence.
  if (end > at + 1 && !isDigit(text.charCodeAt(end - 1))) end--
  const run = text.slice(at, end)
  const value = readNumber(run)
  return value && { kind: 'number', text: run, value, gap }
}

/** Without leading zeros, which stand in dates and codes; commas only where they part groups of three. */
function readNumber(run: string): Rational | null {
  if (run.length > longestNumber) return null
  if (!/^(?:0|[1-9]\d*)?\.\d+$|^(?:0|[1-9]\d*)$|^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/.test(run)) return null
  const [whole = '', fraction = ''] = run.replaceAll(',', '').split('.')
  return rational(BigInt(whole + fraction), 10n ** BigInt(fraction.length))
}

function wordAt(text: string, at: number, gap: boolean): WordToken | NumberToken | null {
  let end = at
  while (end < text.length && isWordChar(text, end)) end++
  if (end === at) return null
  const word = text.slice(at, end)
  const value = readNumeral(word)
  if (value !== null) return { kind: 'number', text: word, value, gap }
  return { kind: 'word', text: word, gap }
}

function readNumeral(word: string): Rational | null {
  const small = numerals.indexOf(word)
  if (small >= 0) return rational(BigInt(small))
  const [ten = '', one] = word.split('-')
  const units = one === undefined ? 0 : numerals.indexOf(one)
  if (!tens.includes(ten) || units < 0 || units > 9 || (one !== undefined && units === 0)) return null
  return rational(BigInt((tens.indexOf(ten) + 2) * 10 + units))
}

function signAt(text: string, at: number, gap: boolean): SignToken | null {
  if (text.startsWith('**', at)) return { kind: 'sign', text: '**', gap }
  const char = text.charAt(at)
  return signs.has(char) ? { kind: 'sign', text: char, gap } : null
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function isNumberChar(code: number): boolean {
  return isDigit(code) || code === 44 || code === 46
}

function isLetter(code: number): boolean {
  return code >= 97 && code <= 122
}

/** A hyphen or an apostrophe belongs to the word when letters stand on both sides of it. */
function isWordChar(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (isLetter(code)) return true
  if (code !== 39 && code !== 45) return false
  return isLetter(text.charCodeAt(at - 1)) && isLetter(text.charCodeAt(at + 1))
}
