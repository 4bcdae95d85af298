/**
 * Trains the judge of unsafe requests: softmax regression over the words and pairs of a window, AdaGrad.
 *
 * A text is shown by its first eight windows, as it will be judged. The harmless class has no weights: it is what
 * all others are measured against.
 */
import { classColumns, type LinearHead, scanTokens, windowFeatures, windowTokens } from '@nearside/core'
import { seededRandom, shuffled } from '../train/random.ts'
import { quantise } from './quantise.ts'

const classBucketsLog2 = 15
const epochs = 12
const rate = 0.5
const decay = 1e-4
const windowsShown = 8

/** `column` is the class, or -1 for a harmless text. */
export type JudgedText = { readonly text: string; readonly column: number }

export function trainJudge(texts: readonly JudgedText[]): LinearHead {
  const mask = 2 ** classBucketsLog2 - 1
  const windows = texts.flatMap(({ text, column }) =>
    windowsOf(text, mask).map((buckets) => ({ buckets, column })),
  )
  const weights = new Float32Array((mask + 1) * classColumns)
  const squares = new Float32Array(weights.length).fill(1e-3)
  const scores = new Float64Array(classColumns)
  const random = seededRandom(2)
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const which of shuffled(windows.length, random)) {
      const { buckets, column } = windows[which]!
      const share = 1 / Math.sqrt(buckets.length)
      let sum = 1
      for (let k = 0; k < classColumns; k++) {
        let score = 0
        for (const bucket of buckets) score += weights[bucket * classColumns + k]!
        sum += scores[k] = Math.exp(Math.min(score * share, 60))
      }
      for (let k = 0; k < classColumns; k++) {
        const slope = (scores[k]! / sum - (k === column ? 1 : 0)) * share
        if (Math.abs(slope) < 1e-4) continue
        for (const bucket of buckets) {
          const at = bucket * classColumns + k
          const step = slope + decay * weights[at]!
          squares[at] = squares[at]! + step * step
          weights[at] = weights[at]! - (rate * step) / Math.sqrt(squares[at]!)
        }
      }
    }
  }
  return quantise(weights, classColumns, mask)
}

function windowsOf(text: string, mask: number): readonly Int32Array[] {
  const tokens = scanTokens(text, windowTokens * windowsShown)
  const buckets = new Set<number>()
  const windows: Int32Array[] = []
  for (let from = 0; from < tokens.count; from += windowTokens) {
    windowFeatures(tokens, from, mask, buckets)
    windows.push(Int32Array.from(buckets))
  }
  return windows
}
