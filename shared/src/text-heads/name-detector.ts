/**
 * Finds what only reading tells: names of persons, addresses, ages and numbers without a form of their own.
 *
 * Each token gets a probability for each tag (see `token-features`); tokens over the threshold that lie side by side are one finding.
 * What stands in a web address belongs to whoever runs the site, and is left; so are digests and identifiers.
 */
import type { Detector, Finding, PersonalKind } from '../personal-data/finding.ts'
import { scanTokens } from './scan-tokens.ts'
import { commonness, type LinearHead, type TextHeads } from './text-heads.ts'
import { tokenFeatureCount, tokenFeatures } from './token-features.ts'

/** Tag 0 is everything else; from 6 on come places, organisations and titles, which are nobody's data by themselves. */
const personalTags: readonly (PersonalKind | null)[] = [
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

/** A word of every day, written small, is nobody's name: skipping it halves the work. */
function isOrdinary(text: string, start: number, common: number): boolean {
  if (common !== 2) return false
  const unit = text.charCodeAt(start)
  return unit >= 97 && unit <= 122
}

/**
 * The training data are in Latin letters. In other scripts every word looks like a rare name, and where there are no spaces a token is
 * half a sentence: the tagger is silent there and on numbers within. The rules read every script.
 */
function isUnread(text: string, start: number, end: number): boolean {
  return (
    isOtherScript(text.charCodeAt(start)) ||
    isOtherScript(text.charCodeAt(start - 1)) ||
    isOtherScript(text.charCodeAt(end))
  )
}

/** Behind Latin (with what Vietnamese adds) and combining marks; punctuation and signs belong to all. */
function isOtherScript(unit: number): boolean {
  return unit > 0x36f && !(unit >= 0x1e00 && unit <= 0x1eff) && !(unit >= 0x2000 && unit <= 0x2bff)
}

function findNames(text: string, heads: TextHeads): readonly Finding[] {
  const tokens = scanTokens(text)
  const common = commonness(tokens.word, tokens.count, heads)
  const features = new Int32Array(tokenFeatureCount)
  const scores = new Float64Array(heads.tags.columns)
  const findings: Finding[] = []
  let inAddress = false
  for (let i = 0; i < tokens.count; i++) {
    // Inside an address a word of every day is read like any other: it may belong to it.
    if (!inAddress && isOrdinary(text, tokens.start[i]!, common[i]!)) continue
    if (isUnread(text, tokens.start[i]!, tokens.end[i]!)) continue
    tokenFeatures(tokens, i, common, heads.tags.bucketMask, features)
    const kind = personalTags[personalTag(heads.tags, features, scores, heads.tagThreshold)]
    const start = tokens.start[i]!
    inAddress = kind === 'address'
    if (kind == null || isInCode(text, start)) continue
    const end = tokens.end[i]!
    findings.push({ kind, detail: 'learned', start, end, basis: 'learned' })
  }
  const telling = joined(text, findings).filter((finding) => !isLoneNumber(text, finding))
  return joined(
    text,
    telling.map((finding) => withWholeName(text, withLikelierKind(text, finding))),
  )
}

const moreNames = /(?: \p{Lu}[\p{L}\p{M}'’-]{1,30}){0,3}/uy

/** A given name in capitals goes on with the capitals behind it: the family name is rarer, and told less often. */
function withWholeName(text: string, finding: Finding): Finding {
  if (finding.kind !== 'person' || !/^\p{Lu}/u.test(text.slice(finding.start, finding.start + 1)))
    return finding
  moreNames.lastIndex = finding.end
  return { ...finding, end: finding.end + (moreNames.exec(text)?.[0].length ?? 0) }
}

/** Up to three digits with nothing of an address beside them are a sum's, a count's or a year's. */
function isLoneNumber(text: string, { kind, start, end }: Finding): boolean {
  return kind !== 'age' && end - start <= 3 && /^\d+$/.test(text.slice(start, end))
}

function joined(text: string, findings: readonly Finding[]): readonly Finding[] {
  const kept: Finding[] = []
  for (const finding of findings) {
    const last = kept.at(-1)
    if (last?.kind === finding.kind && isJoined(text, last, finding)) {
      kept[kept.length - 1] = { ...last, end: Math.max(last.end, finding.end) }
    } else kept.push(finding)
  }
  return kept
}

/** The highest probability of personal data that any token has: what the threshold is compared with. */
export function nameScore(text: string, heads: TextHeads): number {
  const tokens = scanTokens(text)
  const common = commonness(tokens.word, tokens.count, heads)
  const features = new Int32Array(tokenFeatureCount)
  const scores = new Float64Array(heads.tags.columns)
  let highest = 0
  for (let i = 0; i < tokens.count; i++) {
    if (isOrdinary(text, tokens.start[i]!, common[i]!) || isUnread(text, tokens.start[i]!, tokens.end[i]!))
      continue
    tokenFeatures(tokens, i, common, heads.tags.bucketMask, features)
    const personal = tagProbabilities(heads.tags, features, scores)
    if (personal > highest && !isInCode(text, tokens.start[i]!)) highest = personal
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

const longestNumberlessAddress = 24

/** A short address without a number is more often somebody's name: capitals are all that such a token shows. */
function withLikelierKind(text: string, finding: Finding): Finding {
  if (finding.kind !== 'address' || finding.end - finding.start > longestNumberlessAddress) return finding
  return /\d/.test(text.slice(finding.start, finding.end)) ? finding : { ...finding, kind: 'person' }
}

const widestGap = 12

/**
 * Names go on over a space, a hyphen, an apostrophe or an initial's stop; an address also over commas and lines, and where one side has a
 * number, over the word or two of every day between (`Apt. 328, corner of …`).
 */
function isJoined(text: string, last: Finding, next: Finding): boolean {
  if (next.start <= last.end) return true
  const between = text.slice(last.end, Math.min(next.start, last.end + widestGap + 1))
  if (between.length > widestGap) return false
  if (last.kind !== 'address') return /^[ .'’()-]{0,4}$/.test(between)
  return /^[\s,.#/-]{0,4}$/.test(between) || /\d/.test(text[last.end - 1]! + text[next.start]!)
}

const longestRunSeen = 200
const shortestCode = 16

/**
 * Whether a token lies in a run without spaces that is no prose: a web address, a digest, an identifier. The rules find what is
 * personal in those by its form.
 */
function isInCode(text: string, start: number): boolean {
  let from = start
  while (from > 0 && start - from < longestRunSeen && text.charCodeAt(from - 1) > 32) from--
  let to = start
  while (to < text.length && to - start < longestRunSeen && text.charCodeAt(to) > 32) to++
  const run = text.slice(from, to)
  if (run.includes('://') || run.startsWith('www.')) return true
  return (
    run.length >= shortestCode &&
    /^[\w:.+/=-]+$/.test(run) &&
    /\d/.test(run) &&
    /[a-z](?:[^a-z]*[a-z]){2}/i.test(run)
  )
}
