/**
 * Finds what only reading tells: names of persons, addresses, ages and numbers without a form of their own.
 *
 * Each token gets a probability for each tag (see `token-features`); tokens over the threshold that lie side by side are one finding.
 * What stands in a web address belongs to whoever runs the site, and is left.
 */
import type { Detector, Finding, PersonalKind } from '../personal-data/finding.ts'
import { scanTokens } from './scan-tokens.ts'
import { commonness, type LinearHead, type TextHeads } from './text-heads.ts'
import { tokenFeatureCount, tokenFeatures } from './token-features.ts'

/** Tag 0 is everything else; from 6 on come places, organisations and titles, which are nobody's data by themselves. */
export const personalTags: readonly (PersonalKind | null)[] = [
  null,
  'person',
  'address',
  'phone',
  'age',
  'national-id',
  null,
  null,
]

export function nameDetector(heads: TextHeads): Detector {
  return (text) => findNames(text, heads)
}

function findNames(text: string, heads: TextHeads): readonly Finding[] {
  const tokens = scanTokens(text)
  const common = commonness(tokens.word, tokens.count, heads.usedWords, heads.oftenWords)
  const features = new Int32Array(tokenFeatureCount)
  const scores = new Float64Array(heads.tags.columns)
  const findings: Finding[] = []
  for (let i = 0; i < tokens.count; i++) {
    tokenFeatures(tokens, i, common, heads.tags.bucketMask, features)
    const kind = personalTags[personalTag(heads.tags, features, scores, heads.tagThreshold)]
    const start = tokens.start[i]!
    if (kind == null || isInUrl(text, start)) continue
    const end = tokens.end[i]!
    const last = findings.at(-1)
    if (last?.kind === kind && isJoined(text, last.end, start, kind))
      findings[findings.length - 1] = { ...last, end }
    else findings.push({ kind, detail: 'learned', start, end, basis: 'learned' })
  }
  return findings
}

/** The highest probability of personal data that any token has: what the threshold is compared with. */
export function nameScore(text: string, heads: TextHeads): number {
  const tokens = scanTokens(text)
  const common = commonness(tokens.word, tokens.count, heads.usedWords, heads.oftenWords)
  const features = new Int32Array(tokenFeatureCount)
  const scores = new Float64Array(heads.tags.columns)
  let highest = 0
  for (let i = 0; i < tokens.count; i++) {
    tokenFeatures(tokens, i, common, heads.tags.bucketMask, features)
    const personal = tagProbabilities(heads.tags, features, scores)
    if (personal > highest && !isInUrl(text, tokens.start[i]!)) highest = personal
  }
  return highest
}

/** The likeliest personal tag where all of them together reach the threshold, otherwise 0. */
function personalTag(
  head: LinearHead,
  features: Int32Array,
  scores: Float64Array,
  threshold: number,
): number {
  const personal = tagProbabilities(head, features, scores)
  if (personal < threshold) return 0
  let best = 1
  for (let tag = 2; tag <= 5; tag++) if (scores[tag]! > scores[best]!) best = tag
  return best
}

/** Fills `scores` with each tag's probability, and returns that of personal data. */
function tagProbabilities(head: LinearHead, features: Int32Array, scores: Float64Array): number {
  const { columns, scales, weights } = head
  scores.fill(0)
  for (let f = 0; f < tokenFeatureCount; f++) {
    const row = features[f]! * columns
    for (let k = 0; k < columns; k++) scores[k] = scores[k]! + weights[row + k]!
  }
  let sum = 0
  let personal = 0
  for (let k = 0; k < columns; k++) {
    const weight = Math.exp(Math.min(scores[k]! * scales[k]!, 60))
    scores[k] = weight
    sum += weight
    if (k >= 1 && k <= 5) personal += weight
  }
  return personal / sum
}

/** Names go on over a space, a hyphen, an apostrophe or an initial's stop; an address also over commas and lines. */
function isJoined(text: string, from: number, to: number, kind: PersonalKind): boolean {
  if (to - from > 4) return false
  const between = text.slice(from, to)
  return kind === 'address' ? /^[\s,.#/-]*$/.test(between) : /^[ .'’()-]*$/.test(between)
}

const longestUrlSeen = 200

function isInUrl(text: string, start: number): boolean {
  let from = start
  while (from > 0 && start - from < longestUrlSeen && text.charCodeAt(from - 1) > 32) from--
  const before = text.slice(from, start)
  return before.includes('://') || before.startsWith('www.')
}
