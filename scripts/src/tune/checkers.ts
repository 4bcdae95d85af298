/**
 * What makes an answer right: a few checkers that leave nothing to opinion, and one of the operator's own.
 *
 * Each says how good an answer is from 0 to 1. One that throws says nothing, and its request is left out of all figures.
 */
import { type JsonValue, misfitOf, NearsideError, readSchema } from '@nearside/core'

export const checkerNames = [
  'equals',
  'contains',
  'number',
  'choice',
  'matches',
  'json-schema',
  'own',
] as const
export type CheckerName = (typeof checkerNames)[number]

export type Checker = (answer: string) => number | Promise<number>

/** The default export of an operator's module. */
export type OwnChecker = (answer: string, reference: unknown) => unknown

/** Throws with what the reference should be. */
export function checkerOf(name: CheckerName, reference: unknown, own: OwnChecker | null): Checker {
  switch (name) {
    case 'equals': {
      const wanted = plain(textIn(reference))
      return (answer) => right(plain(answer) === wanted)
    }
    case 'contains': {
      const wanted = (Array.isArray(reference) ? reference : [reference]).map((one) => plain(textIn(one)))
      if (wanted.length === 0) throw wrong('reference is a text, or a list of texts')
      return (answer) => right(wanted.every((one) => plain(answer).includes(one)))
    }
    case 'number': {
      const wanted = typeof reference === 'number' ? reference : numberIn(textIn(reference))
      if (wanted === null) throw wrong('reference is a number')
      return (answer) => {
        const found = numberIn(answer)
        return right(found !== null && Math.abs(found - wanted) <= 1e-6 * Math.max(1, Math.abs(wanted)))
      }
    }
    case 'choice': {
      const wanted = textIn(reference).trim().toUpperCase()
      if (!/^[A-Z]$/.test(wanted)) throw wrong('reference is one letter')
      return (answer) => right(letterIn(answer) === wanted)
    }
    case 'matches': {
      const pattern = patternOf(textIn(reference))
      return (answer) => right(pattern.test(answer))
    }
    case 'json-schema': {
      const schema = readSchema(reference as JsonValue, 'reference')
      return (answer) => {
        let value: JsonValue
        try {
          value = JSON.parse(answer) as JsonValue
        } catch {
          return 0
        }
        return right(misfitOf(schema, value, (pattern, text) => new RegExp(pattern, 'u').test(text)) === null)
      }
    }
    case 'own': {
      if (own === null)
        throw wrong('checker own takes --checker FILE, a module whose default export checks an answer')
      return async (answer) => {
        const said = await own(answer, reference)
        if (typeof said === 'boolean') return right(said)
        if (typeof said === 'number' && said >= 0 && said <= 1) return said
        throw new NearsideError(
          'bad-options',
          'The checker says neither true, false nor a number from 0 to 1.',
        )
      }
    }
  }
}

function right(is: boolean): 0 | 1 {
  return is ? 1 : 0
}

function textIn(reference: unknown): string {
  if (typeof reference === 'string' && reference.trim() !== '') return reference
  if (typeof reference === 'number') return String(reference)
  throw wrong('reference is a text')
}

/** Case, width, blanks around and a full stop at the end mean nothing. */
function plain(text: string): string {
  return text.normalize('NFKC').trim().replace(/\.$/, '').replace(/\s+/g, ' ').toLowerCase()
}

/** The last number of a text: workings come before a result. A dash behind a digit is a range's. */
function numberIn(text: string): number | null {
  const found = text
    .replaceAll('−', '-')
    .replace(/(\d),(?=\d{3}\b)/g, '$1')
    .match(/(?<!\d)-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi)
    ?.at(-1)
  return found === undefined ? null : Number(found)
}

/** Not the words "I" and, small, "a": "the answer is a matter of taste". */
const letter = String.raw`([A-Z](?!['’\p{L}\d])(?<!I(?= \p{Ll}))|[a-z](?=[).*"]|\s*$))`
const named = new RegExp(String.raw`\b(?:[Aa]nswer|ANSWER)(?:\s+is|\s*:)?[\s*:("]*${letter}`, 'gu')

/** A letter that is all there is; else the last that is named as the answer, since workings come before; else the last that stands alone. */
function letterIn(text: string): string | null {
  const bare = /^\W*([a-z])\W*$/i.exec(text)?.[1]
  const last = [...text.matchAll(named)].at(-1)?.[1]
  const standing = text.match(/\b[A-Z]\b(?!['’])(?<!I(?= \p{Ll}))/gu) ?? text.match(/\b[A-Z]\b/g)
  return (bare ?? last ?? standing?.at(-1))?.toUpperCase() ?? null
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, 'u')
  } catch (cause) {
    throw wrong(
      `reference is a regular expression: ${cause instanceof Error ? cause.message : String(cause)}`,
    )
  }
}

function wrong(message: string): NearsideError {
  return new NearsideError('bad-options', message)
}
