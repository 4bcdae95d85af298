/**
 * Reads JSON text that a stranger sent.
 *
 * `JSON.parse` alone is too kind for that: of two equal keys it keeps the last, while whoever looked at the text
 * before may have judged the first; it takes `__proto__`; it turns 1e999 into a number that cannot be written
 * back; it builds millions of objects out of a few bytes each. So one scanner walks over the text first and
 * refuses what is malformed, ambiguous or a bomb, before anything is built. What it lets through `JSON.parse`
 * turns into values at native speed. The scanner is linear: long strings are crossed by one regular expression
 * without alternatives, and keys are compared through one map for each depth.
 *
 * A refusal says where and what kind of character, never the text itself: the text is somebody's prompt.
 */
import type { JsonValue } from '../chat/json.ts'
import { NearsideError } from '../fault/nearside-error.ts'

export type JsonLimits = {
  /** How deep objects and arrays may lie in each other. @default 64 */
  readonly maxDepth?: number
  /** How many values the text may hold in all: each costs memory many times its text. @default 250000 */
  readonly maxValues?: number
  /** How many keys one object may have. @default 10000 */
  readonly maxKeys?: number
}

export const defaultJsonLimits: Required<JsonLimits> = { maxDepth: 64, maxValues: 250_000, maxKeys: 10_000 }

export function parseStrictJson(text: string, limits: JsonLimits = {}): JsonValue {
  if (/\p{Surrogate}/u.test(text)) throw new NearsideError('bad-request', loneSurrogate)
  scan(text, { ...defaultJsonLimits, ...limits })
  return JSON.parse(text) as JsonValue
}

const loneSurrogate =
  'The body holds half of a surrogate pair, which is not a character; send whole characters.'

/** Where the scanner stands. An object, so that the small readers below can move it on. */
type Cursor = { readonly text: string; at: number }

function scan(text: string, limits: Required<JsonLimits>): void {
  const cursor: Cursor = { text, at: 0 }
  /** For each depth: whether it is an object, how many keys it has, and whether it is a `constructor`'s value. */
  const objects: boolean[] = []
  const keyCounts: number[] = []
  const constructors: boolean[] = []
  /** For each depth, the last object in which a key was seen there. Objects of one depth never overlap. */
  const seen: Map<string, number>[] = []
  const serials: number[] = []
  let serial = 0
  let depth = 0
  let values = 0
  let afterConstructor = false

  function open(object: boolean): void {
    if (depth >= limits.maxDepth) refuse(cursor, `The body nests deeper than ${limits.maxDepth} levels`)
    objects[depth] = object
    keyCounts[depth] = 0
    constructors[depth] = object && afterConstructor
    serials[depth] = ++serial
    afterConstructor = false
    depth++
    cursor.at++
  }

  function readMember(): void {
    const top = depth - 1
    const key = readKey(cursor)
    if (key === '__proto__' || (key === 'prototype' && constructors[top] === true)) {
      refuse(cursor, 'The body holds a key that could change the prototype of an object')
    }
    keyCounts[top] = keyCounts[top]! + 1
    if (keyCounts[top]! > limits.maxKeys) {
      refuse(cursor, `The body holds an object of more than ${limits.maxKeys} keys`)
    }
    seen[top] ??= new Map()
    const keys = seen[top]
    if (keys.get(key) === serials[top]) refuse(cursor, 'The body holds the same key twice in one object')
    keys.set(key, serials[top]!)
    afterConstructor = key === 'constructor'
    skipSpace(cursor)
    if (text.charCodeAt(cursor.at) !== colon) malformed(cursor, 'a colon')
    cursor.at++
  }

  for (;;) {
    skipSpace(cursor)
    if (++values > limits.maxValues) refuse(cursor, `The body holds more than ${limits.maxValues} values`)
    const code = text.charCodeAt(cursor.at)
    if (code === openBrace || code === openBracket) {
      const object = code === openBrace
      open(object)
      skipSpace(cursor)
      if (text.charCodeAt(cursor.at) !== (object ? closeBrace : closeBracket)) {
        if (object) readMember()
        continue
      }
      depth--
      cursor.at++
    } else if (code === quote) {
      skipString(cursor)
    } else {
      skipBareValue(cursor, code)
    }
    afterConstructor = false

    // A value has ended: close what ends with it, until a comma asks for the next one.
    for (;;) {
      skipSpace(cursor)
      if (depth === 0) {
        if (cursor.at < text.length) malformed(cursor, 'the end')
        return
      }
      const object = objects[depth - 1] === true
      const next = text.charCodeAt(cursor.at)
      if (next === comma) {
        cursor.at++
        if (object) {
          skipSpace(cursor)
          readMember()
        }
        break
      }
      if (next !== (object ? closeBrace : closeBracket)) {
        malformed(cursor, object ? 'a comma or a closing brace' : 'a comma or a closing bracket')
      }
      depth--
      cursor.at++
    }
  }
}

function readKey(cursor: Cursor): string {
  if (cursor.text.charCodeAt(cursor.at) !== quote) malformed(cursor, 'a key in double quotes')
  const start = cursor.at
  const escaped = skipString(cursor)
  // Keys are compared as what they mean: an escaped letter is the letter.
  return escaped
    ? (JSON.parse(cursor.text.slice(start, cursor.at)) as string)
    : cursor.text.slice(start + 1, cursor.at - 1)
}

/** What may stand in a string as it is: all but control characters, the quote and the backslash. */
const plainText = /[ !#-[\]-\uffff]*/y

/** Runs between escapes are short as a rule, and a loop is faster over those than starting an expression. */
const shortRun = 32

/** Leaves the cursor behind the closing quote and says whether there were escapes. */
function skipString(cursor: Cursor): boolean {
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

function skipBareValue(cursor: Cursor, code: number): void {
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

function skipSpace(cursor: Cursor): void {
  const { text } = cursor
  let { at } = cursor
  for (;;) {
    const code = text.charCodeAt(at)
    if (code !== space && code !== lineFeed && code !== carriageReturn && code !== tab) break
    at++
  }
  cursor.at = at
}

function malformed(cursor: Cursor, wanted: string): never {
  const found =
    cursor.at < cursor.text.length ? kindOf(cursor.text.charCodeAt(cursor.at)) : 'the end of the body'
  return refuse(cursor, `The body is not valid JSON: expected ${wanted}, found ${found}`)
}

function refuse(cursor: Cursor, what: string): never {
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

const tab = 0x09
const lineFeed = 0x0a
const carriageReturn = 0x0d
const space = 0x20
const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const letterF = 0x66
const letterN = 0x6e
const letterT = 0x74
const letterU = 0x75
const openBrace = 0x7b
const closeBrace = 0x7d
