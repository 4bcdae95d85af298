/**
 * Puts placeholders where findings lie, and where a value that was found elsewhere stands again.
 *
 * What a detector sees in one sentence it may miss in the next; a name once found is taken out of the whole request. Repeats are
 * looked for at the beginnings of words only, among as many lengths as values have, so that a text with thousands of
 * values costs no more than one with few.
 */
import type { Finding } from '../personal-data/finding.ts'
import type { KeyDraft } from './redaction-key.ts'

export function redactFindings(text: string, findings: readonly Finding[], draft: KeyDraft): string {
  let redacted = ''
  let at = 0
  for (const { kind, start, end } of findings) {
    if (start < at) continue
    redacted += text.slice(at, start) + draft.placeholderFor(kind, text.slice(start, end))
    at = end
  }
  return redacted + text.slice(at)
}

const shortestRepeat = 4
const longestRepeat = 64
const mostLengths = 32

export type Repeats = { readonly lengths: readonly number[]; readonly values: ReadonlySet<string> }

/** The values worth looking for again: shorter ones are too often something else. */
export function repeatsOf(draft: KeyDraft): Repeats {
  const values = new Set<string>()
  for (const { value } of draft.key.values.values()) {
    if (value.length >= shortestRepeat && value.length <= longestRepeat) values.add(value)
  }
  const lengths = [...new Set([...values].map((value) => value.length))].sort((a, b) => b - a)
  return { lengths: lengths.slice(0, mostLengths), values }
}

/** Findings for the repeats in a text, leaving out what `findings` cover already. */
export function repeatsIn(text: string, findings: readonly Finding[], repeats: Repeats): readonly Finding[] {
  if (repeats.values.size === 0) return findings
  const all: Finding[] = []
  let next = 0
  let behind = 0
  for (const { index } of text.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}+(]/gu)) {
    while (next < findings.length && findings[next]!.start <= index) {
      behind = Math.max(behind, findings[next]!.end)
      all.push(findings[next]!)
      next++
    }
    if (index < behind) continue
    const free = findings[next]?.start ?? text.length
    const length = repeats.lengths.find(
      (length) =>
        index + length <= free &&
        repeats.values.has(text.slice(index, index + length)) &&
        !/[\p{L}\p{N}]/u.test(text[index + length] ?? ''),
    )
    if (length === undefined) continue
    behind = index + length
    all.push({ kind: 'person', detail: 'repeat', start: index, end: behind, basis: 'word' })
  }
  return [...all, ...findings.slice(next)]
}
