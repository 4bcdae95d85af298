/**
 * What was taken out of one request, to be put back into its answer: the values by their codes.
 *
 * It is personal data itself. It lives as long as the request, in memory, and goes into no log, record, cache or store.
 */
import type { PersonalKind } from '../personal-data/finding.ts'
import { codeOf, labels, mostCodes, placeholder } from './placeholder.ts'

export type RedactionKey = {
  /** By code. */
  readonly values: ReadonlyMap<string, { readonly label: string; readonly value: string }>
}

export type KeyDraft = {
  readonly key: RedactionKey
  /** The placeholder of a value: the same for the same value. */
  placeholderFor(kind: PersonalKind, value: string): string
  /** Whether a value has one already. */
  known(value: string): string | undefined
}

/** `isTaken` says whether a code occurs in the request's own text. */
export function draftKey(isTaken: (code: string) => boolean): KeyDraft {
  const values = new Map<string, { label: string; value: string }>()
  const placeholders = new Map<string, string>()
  let next = 0
  return {
    key: { values },
    known: (value) => placeholders.get(value),
    placeholderFor(kind, value) {
      const known = placeholders.get(value)
      if (known !== undefined) return known
      while (next < mostCodes && isTaken(codeOf(next))) next++
      if (next >= mostCodes) return `[${labels[kind]}]`
      const code = codeOf(next++)
      const made = placeholder(kind, code)
      values.set(code, { label: labels[kind], value })
      placeholders.set(value, made)
      return made
    },
  }
}

/**
 * The codes that the texts hold behind a label, in any case, with or without separators between their characters: a model
 * may write a placeholder so, and so could whoever wrote the text.
 */
export function codesIn(texts: Iterable<string>): ReadonlySet<string> {
  const found = new Set<string>()
  for (const text of texts) {
    for (const { 1: written = '' } of text.matchAll(writtenCode)) {
      const code = written.replace(/[\s_\-\\\u2011]/g, '').toUpperCase()
      found.add(code.slice(0, 3))
      found.add(code)
    }
  }
  return found
}

const separator = String.raw`[\s_\-\\\u2011]`
const writtenCode = new RegExp(
  `(?:${Object.values(labels).join('|')})${separator}{0,3}([a-z]${separator}?[2-9]${separator}?[a-z](?:${separator}?[2-9]${separator}?[a-z])?)`,
  'gi',
)
