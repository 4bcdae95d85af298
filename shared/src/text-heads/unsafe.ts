/**
 * How likely a text tries to break a model's rules: a jailbreak, a harmful request, an instruction smuggled into data.
 *
 * Words and pairs of words are looked up as buckets; a window of 64 tokens is judged at a time and the worst one counts, so
 * that a page of harmless text around an attack does not thin it out. The judge sees words, not intent: it is a signal
 * for a policy, with a stated rate of false alarms, and no guard by itself.
 */
import { mix, scanTokens, type Tokens } from './scan-tokens.ts'
import type { LinearHead, TextHeads } from './text-heads.ts'

export const unsafeKinds = ['jailbreak', 'harmful-request', 'prompt-injection'] as const
export type UnsafeKind = (typeof unsafeKinds)[number]

export type UnsafeJudgement = {
  /** From 0 to 1, in the window where it is highest. */
  readonly scores: { readonly [kind in UnsafeKind]: number }
  /** The kinds whose score reaches the threshold that came with the heads. */
  readonly kinds: readonly UnsafeKind[]
}

export const windowTokens = 64

export function judgeUnsafe(text: string, heads: TextHeads): UnsafeJudgement {
  const scores = windowScores(text, heads.classes)
  return {
    scores: { jailbreak: scores[0]!, 'harmful-request': scores[1]!, 'prompt-injection': scores[2]! },
    kinds: unsafeKinds.filter((_, i) => scores[i]! >= heads.classThresholds[i]!),
  }
}

/** The highest probability of each class over all windows. */
function windowScores(text: string, head: LinearHead): Float64Array {
  const tokens = scanTokens(text)
  const highest = new Float64Array(head.columns)
  const buckets = new Set<number>()
  for (let from = 0; from < tokens.count; from += windowTokens) {
    windowFeatures(tokens, from, head.bucketMask, buckets)
    const scores = classProbabilities(head, buckets)
    for (let k = 0; k < head.columns; k++) highest[k] = Math.max(highest[k]!, scores[k]!)
  }
  return highest
}

/** Each word, each pair of neighbours, and how long the window is, once each. */
export function windowFeatures(tokens: Tokens, from: number, mask: number, out: Set<number>): void {
  out.clear()
  const to = Math.min(tokens.count, from + windowTokens)
  out.add(spread(mix(3, 31 - Math.clz32(to - from))) & mask)
  for (let i = from; i < to; i++) {
    const word = tokens.word[i]!
    out.add(spread(mix(1, word)) & mask)
    if (i > from) out.add(spread(mix(mix(2, tokens.word[i - 1]!), word)) & mask)
  }
}

/** Softmax with the harmless class at zero. A window's evidence counts by the root of its size. */
function classProbabilities(head: LinearHead, buckets: ReadonlySet<number>): Float64Array {
  const { columns, scales, weights } = head
  const scores = new Float64Array(columns)
  for (const bucket of buckets) {
    for (let k = 0; k < columns; k++) scores[k] = scores[k]! + weights[bucket * columns + k]!
  }
  const size = Math.sqrt(buckets.size)
  let sum = 1
  for (let k = 0; k < columns; k++) {
    scores[k] = Math.exp(Math.min((scores[k]! * scales[k]!) / size, 60))
    sum += scores[k]!
  }
  for (let k = 0; k < columns; k++) scores[k] = scores[k]! / sum
  return scores
}

function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (mixed ^ (mixed >>> 13)) >>> 0
}
