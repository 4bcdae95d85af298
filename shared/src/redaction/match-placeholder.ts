/**
 * Recognises a placeholder at one place of a text, also one that a model has written in its own way.
 *
 * Forms: `[EMAIL_H5K]` as it was sent; in small letters; with spaces, hyphens or Markdown's backslashes between its parts, in
 * its brackets, or with the brackets escaped as a pair; without brackets. Label and code must both be there, nothing but an edge of a
 * word beside them. The longest form is `longestForm` characters, which bounds what a stream must hold back.
 */
import type { RedactionKey } from './redaction-key.ts'

export type Match =
  | { readonly found: 'whole'; readonly end: number; readonly value: string }
  /** The text ends before one can know. */
  | { readonly found: 'part' }
  | { readonly found: 'none' }

const none: Match = { found: 'none' }
const part: Match = { found: 'part' }
const mostSpaces = 2
const mostSeparators = 3

/** Two brackets with a backslash and spaces, a label, separators, a code with one separator at each gap. */
export const longestForm: number = 2 * (2 + mostSpaces) + 8 + mostSeparators + 9

export type Matcher = (text: string, at: number, isEnd: boolean) => Match

export function placeholderMatcher(key: RedactionKey): Matcher {
  const labels = [...new Set([...key.values.values()].map(({ label }) => label))]
  const firsts = new Set(labels.map((label) => label[0]!))

  return (text, at, isEnd) => {
    const escaped = text[at] === '\\'
    if (escaped && at + 1 === text.length) return isEnd ? none : part
    const bracketed = text[escaped ? at + 1 : at] === '['
    if (escaped && !bracketed) return none
    if (!bracketed && (!firsts.has(upper(text[at])) || isWord(text[at - 1]))) return none

    const core = bracketed ? skip(text, at + (escaped ? 2 : 1), isSpace, mostSpaces) : at
    if (core >= text.length) return isEnd ? none : part
    let partial = false
    for (const label of labels) {
      const read = readCore(text, core, label, key, isEnd)
      if (read.found === 'part') partial = true
      if (read.found !== 'whole') continue
      if (!bracketed) return read
      const close = skip(text, read.end, isSpace, mostSpaces)
      if (!isEnd && (close >= text.length || (text[close] === '\\' && close + 1 === text.length))) return part
      if (escaped) return text.startsWith('\\]', close) ? { ...read, end: close + 2 } : none
      // A bracket that does not close belongs to the sentence; what follows it is tried by itself.
      return text[close] === ']' ? { ...read, end: close + 1 } : none
    }
    return partial ? part : none
  }
}

function readCore(text: string, from: number, label: string, key: RedactionKey, isEnd: boolean): Match {
  for (let i = 0; i < label.length; i++) {
    if (from + i >= text.length) return isEnd ? none : part
    if (upper(text[from + i]) !== label[i]) return none
  }
  let at = skip(text, from + label.length, isSeparator, mostSeparators)
  let code = ''
  let whole: Match = none
  while (code.length < 5) {
    if (at >= text.length) return isEnd ? whole : part
    const char = upper(text[at])
    if (!isWord(char)) break
    code += char
    at++
    const entry = code.length === 3 || code.length === 5 ? key.values.get(code) : undefined
    if (entry?.label === label) {
      if (at >= text.length && !isEnd) return part
      if (!isWord(text[at])) whole = { found: 'whole', end: at, value: entry.value }
    }
    // A code goes on over a separator only while it is not whole: `H5K-2B` is a code and what hangs on to it.
    if (whole.found === 'whole') return whole
    if (at < text.length && isSeparator(text[at]!)) at++
  }
  return whole
}

function skip(text: string, from: number, skips: (char: string) => boolean, most: number): number {
  let at = from
  while (at < text.length && at - from < most && skips(text[at]!)) at++
  return at
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\u00a0'
}

function isSeparator(char: string): boolean {
  return isSpace(char) || char === '_' || char === '-' || char === '\\' || char === '\u2011'
}

/** Codes and labels are ASCII, and so is what could hang on to them. */
function isWord(char: string | undefined): boolean {
  return char !== undefined && /^[A-Za-z0-9]$/.test(char)
}

function upper(char: string | undefined): string {
  return char === undefined ? '' : char.toUpperCase()
}
