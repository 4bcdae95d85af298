/**
 * How certain is certain enough: a logistic curve over the signs of kept-back questions, and the score from which on the answers
 * to them were right as often as the operator wants.
 */
import { type Certainty, logOddsOf } from '@nearside/core'
import { backwards, choleskyOf, forwards } from '../train/cholesky.ts'
import type { Trial } from './cross-judge.ts'

/** Of what customers ask, about so much is about none of the intents; the trials are weighed to it. */
const outsideShare = 0.1

export function fitCertainty(trials: readonly Trial[], precision: number): Certainty {
  const weighed = shareWeights(trials)
  const { weights, offset } = fitCurve(trials, weighed)
  const scores = trials.map((trial) => logOddsOf(trial.signs, { weights, offset }))
  return {
    weights,
    offset,
    threshold: thresholdFor(precision, trials, scores, weighed),
  }
}

/** Every question counts once, but those about no intent are made as many as customers would ask. */
export function shareWeights(trials: readonly Trial[]): Float64Array {
  const outside = trials.filter((trial) => trial.outside).length
  const inside = trials.length - outside
  const each = outside === 0 ? 1 : Math.min(1, (inside * outsideShare) / (1 - outsideShare) / outside)
  return Float64Array.from(trials, (trial) => (trial.outside ? each : 1))
}

const rounds = 60
const penalty = 0.1

/** Newton's method on the penalised likelihood, which has one top. */
function fitCurve(
  trials: readonly Trial[],
  weighed: Float64Array,
): { readonly weights: readonly number[]; readonly offset: number } {
  const size = (trials[0]?.signs.length ?? 0) + 1
  const solution = new Float64Array(size)
  for (let round = 0; round < rounds; round++) {
    const slope = new Float64Array(size)
    const bend = new Float64Array(size * size)
    for (const [t, { signs, right }] of trials.entries()) {
      let score = solution[size - 1]!
      for (let s = 0; s < size - 1; s++) score += solution[s]! * signs[s]!
      const chance = 1 / (1 + Math.exp(-score))
      const sign = (s: number): number => (s === size - 1 ? 1 : signs[s]!)
      for (let a = 0; a < size; a++) {
        slope[a] = slope[a]! + weighed[t]! * ((right ? 1 : 0) - chance) * sign(a)
        for (let b = 0; b <= a; b++)
          bend[a * size + b] = bend[a * size + b]! + weighed[t]! * chance * (1 - chance) * sign(a) * sign(b)
      }
    }
    for (let a = 0; a < size; a++) {
      if (a < size - 1) slope[a] = slope[a]! - penalty * solution[a]!
      bend[a * size + a] = bend[a * size + a]! + (a < size - 1 ? penalty : 1e-6)
    }
    choleskyOf(bend, size)
    forwards(bend, size, slope)
    backwards(bend, size, slope)
    let moved = 0
    for (let a = 0; a < size; a++) {
      solution[a] = solution[a]! + slope[a]!
      moved = Math.max(moved, Math.abs(slope[a]!))
    }
    if (moved < 1e-9) break
  }
  return { weights: [...solution.subarray(0, size - 1)], offset: solution[size - 1]! }
}

/**
 * The lowest score down to which answers are right often enough, by the count of errors or by the curve, whichever is lower. The
 * count is of one error more than was seen, so that a pack of forty examples claims no certainty of one in a hundred; but it jumps with
 * every example that stands in the wrong place, and there the curve is steadier. Where neither is certain, nothing is judged
 * certain, and the operator's own wordings alone are answered.
 */
export function thresholdFor(
  precision: number,
  trials: readonly Trial[],
  scores: readonly number[],
  weighed: Float64Array,
): number {
  const order = scores.map((_, t) => t).sort((a, b) => scores[b]! - scores[a]!)
  let [all, right, likely] = [0, 0, 0]
  let threshold = Number.MAX_VALUE
  for (const t of order) {
    all += weighed[t]!
    if (trials[t]!.right) right += weighed[t]!
    likely += weighed[t]! / (1 + Math.exp(-scores[t]!))
    if (right >= precision * (all + 1) || likely >= precision * all) threshold = scores[t]!
  }
  return threshold
}
