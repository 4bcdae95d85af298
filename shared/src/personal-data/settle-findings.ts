/**
 * Gives every character to one finding at most.
 *
 * Findings are painted over the text, the weakest first, so the stronger cover them; what is then still to be seen of each
 * is what it keeps. A card inside an address leaves the address on both sides of it, and nothing of either is lost to
 * redaction. Detectors' own findings hardly overlap, so painting is linear in the text.
 */
import { type Finding, findingBases } from './finding.ts'

export function settle(text: string, found: readonly Finding[]): readonly Finding[] {
  if (found.length < 2) return found
  const byStart = joinAddresses(
    text,
    found.toSorted((a, b) => a.start - b.start),
  )
  const findings = byStart
  if (byStart.every((finding, i) => i === 0 || byStart[i - 1]!.end <= finding.start)) return byStart

  const weakestFirst = findings.toSorted(
    (a, b) =>
      findingBases.indexOf(a.basis) - findingBases.indexOf(b.basis) || a.end - a.start - (b.end - b.start),
  )
  const owners = new Uint32Array(text.length)
  weakestFirst.forEach((finding, i) => void owners.fill(i + 1, finding.start, finding.end))

  const settled: Finding[] = []
  for (let start = 0; start < owners.length; ) {
    const owner = owners[start]!
    let end = start + 1
    while (end < owners.length && owners[end] === owner) end++
    const finding = weakestFirst[owner - 1]
    if (finding !== undefined) {
      const piece = trimmed(text, start, end, finding)
      if (piece !== null) settled.push(piece)
    }
    start = end
  }
  return settled
}

/** What is left of a finding begins and ends with a letter or a digit; where it is whole, it stays as it was found. */
function trimmed(text: string, start: number, end: number, finding: Finding): Finding | null {
  if (start === finding.start && end === finding.end) return finding
  const edge = /[\p{L}\p{N}]/u
  let from = start
  let to = end
  while (from < to && !edge.test(text[from]!)) from++
  while (to > from && !edge.test(text[to - 1]!)) to--
  return to - from < 2 ? null : { ...finding, start: from, end: to }
}

/** Street, flat, town and code with nothing but punctuation between them are one address. */
function joinAddresses(text: string, byStart: readonly Finding[]): readonly Finding[] {
  const joined: Finding[] = []
  let last = -1
  for (const finding of byStart) {
    const before = joined[last]
    if (finding.kind !== 'address') joined.push(finding)
    else if (before !== undefined && /^[^\p{L}\p{N}]{0,4}$/u.test(text.slice(before.end, finding.start))) {
      joined[last] = { ...before, end: Math.max(before.end, finding.end) }
    } else {
      last = joined.length
      joined.push(finding)
    }
  }
  return joined
}
