/**
 * The smallest parts of JSON text: a cursor that moves over strings, numbers, words and space, and refuses what
 * is none of them. It is linear: long strings are crossed by one regular expression without alternatives.
 *
 * A refusal says where and what kind of character, never the text itself: the text is somebody's prompt.
 */
import { NearsideError } from '../fault/nearside-error.ts'

/** Where the scanner stands. An object, so that the small readers below can move it on. */
export type Cursor = { readonly text: string; at: number }

/** What may stand in a string as it is: all but control characters, the quote and the backslash. */
const plainText = /[ !#-[\]-\uffff]*/y

/** Runs between escapes are short as a rule, and a loop is faster over those than starting an expression. */
const shortRun = 32

/** Leaves the cursor behind the closing quote and says whether there were escapes. */
export function skipString(cursor: Cursor): boolean {
  const { text } = cursor
  let at = skipPlain(text, cursor.at + 1)
  let runStart = at
  let escaped = false
  for (;;) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      cursor.at = at + 1
      return escaped
    }
    if (code === backslash) {
      escaped = true
      cursor.at = at
      at = skipEscape(cursor)
      runStart = at
    } else if (code >= space) {
      at++
      if (at - runStart === shortRun) at = skipPlain(text, at)
    } else {
      cursor.at = at
      malformed(cursor, 'a closing quote')
    }
  }
}

function skipPlain(text: string, at: number): number {
  plainText.lastIndex = at
  plainText.test(text)
  return plainText.lastIndex
}

function skipEscape(cursor: Cursor): number {
  const { text, at } = cursor
  if (text.charCodeAt(at + 1) !== letterU) {
    if (at + 1 < text.length && '"\\/bfnrt'.includes(text.charAt(at + 1))) return at + 2
    return refuse(cursor, 'The body is not valid JSON: a backslash that begins no known escape')
  }
  const unit = hexUnit(text, at + 2)
  if (unit < 0) return refuse(cursor, 'The body is not valid JSON: \\u wants four hexadecimal digits')
  if (unit < 0xd800 || unit > 0xdfff) return at + 6
  const next = text.startsWith('\\u', at + 6) ? hexUnit(text, at + 8) : -1
  if (unit > 0xdbff || next < 0xdc00 || next > 0xdfff) refuse(cursor, loneSurrogate.slice(0, -1))
  return at + 12
}

function hexUnit(text: string, at: number): number {
  const digits = text.slice(at, at + 4)
  return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : -1
}

const numberText = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y

export function skipBareValue(cursor: Cursor, code: number): void {
  const { text, at } = cursor
  const word = code === letterT ? 'true' : code === letterF ? 'false' : code === letterN ? 'null' : null
  if (word !== null && text.startsWith(word, at)) {
    cursor.at += word.length
    return
  }
  numberText.lastIndex = at
  if (word !== null || !numberText.test(text)) malformed(cursor, 'a value')
  cursor.at = numberText.lastIndex
  // Written back, an infinity would become null: another request than the one that was sent.
  if (!Number.isFinite(Number(text.slice(at, cursor.at)))) {
    cursor.at = at
    refuse(cursor, 'The body holds a number that is too large')
  }
}

export function skipSpace(cursor: Cursor): void {
  const { text } = cursor
  let { at } = cursor
  for (;;) {
    const code = text.charCodeAt(at)
    if (code !== space && code !== lineFeed && code !== carriageReturn && code !== tab) break
    at++
  }
  cursor.at = at
}

export function malformed(cursor: Cursor, wanted: string): never {
  const found =
    cursor.at < cursor.text.length ? kindOf(cursor.text.charCodeAt(cursor.at)) : 'the end of the body'
  return refuse(cursor, `The body is not valid JSON: expected ${wanted}, found ${found}`)
}

export function refuse(cursor: Cursor, what: string): never {
  const before = cursor.text.slice(0, cursor.at)
  const line = before.split('\n').length
  const column = cursor.at - before.lastIndexOf('\n')
  throw new NearsideError('bad-request', `${what} (line ${line}, column ${column}).`)
}

function kindOf(code: number): string {
  const character = String.fromCharCode(code)
  if (/[0-9]/.test(character)) return 'a digit'
  if (/[a-zA-Z]/.test(character)) return 'a letter'
  if (/["']/.test(character)) return 'a quote'
  if (/[[\]{}]/.test(character)) return 'a bracket'
  if (code < space) return 'a control character'
  return code < 0x7f ? 'a punctuation mark' : 'a character outside ASCII'
}

export const loneSurrogate: string =
  'The body holds half of a surrogate pair, which is not a character; send whole characters.'

const tab = 0x09
const lineFeed = 0x0a
const carriageReturn = 0x0d
const space = 0x20
export const quote: number = 0x22
export const comma: number = 0x2c
export const colon: number = 0x3a
export const openBracket: number = 0x5b
const backslash = 0x5c
export const closeBracket: number = 0x5d
const letterF = 0x66
const letterN = 0x6e
const letterT = 0x74
const letterU = 0x75
export const openBrace: number = 0x7b
export const closeBrace: number = 0x7d
