/**
 * Multinomial logistic regression by stochastic gradients. Each bucket keeps one sum of squared gradients (Adagrad), so
 * that a rare bucket moves far when it is seen at last. The order of rows is drawn from a seed.
 */
import { seededRandom, shuffled } from './random.ts'
import type { SparseRows } from './sparse.ts'

export type Multinomial = {
  readonly classes: number
  /** Width by classes. */
  readonly weights: Float32Array
  readonly offset: Float32Array
}

export type SoftmaxOptions = {
  readonly classes: number
  readonly epochs: number
  readonly rate: number
  readonly decay: number
  /** What a label gives away to all classes alike, where sets name things differently. */
  readonly smoothing: number
  readonly rowWeights?: ArrayLike<number>
  readonly seed: number
}

export function fitSoftmax(
  rows: SparseRows,
  chosen: readonly number[],
  labels: ArrayLike<number>,
  options: SoftmaxOptions,
): Multinomial {
  const { classes, epochs, decay, smoothing, rowWeights } = options
  const weights = new Float32Array(rows.width * classes)
  const offset = new Float32Array(classes)
  const history = new Float32Array(rows.width).fill(1e-3)
  const slope = new Float32Array(classes)
  const random = seededRandom(options.seed)
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = options.rate * (1 - (0.8 * epoch) / epochs)
    for (const place of shuffled(chosen.length, random)) {
      const row = chosen[place]!
      logits(rows, row, weights, offset, slope)
      toShares(slope)
      const strength = rowWeights === undefined ? 1 : rowWeights[place]!
      let squares = 0
      for (let k = 0; k < classes; k++) {
        const wanted = (labels[place] === k ? 1 - smoothing : 0) + smoothing / classes
        const error = (slope[k]! - wanted) * strength
        slope[k] = error
        squares += error * error
        offset[k] = offset[k]! - 0.05 * rate * error
      }
      for (let at = rows.starts[row]!; at < rows.starts[row + 1]!; at++) {
        const id = rows.ids[at]!
        const value = rows.weights[at]!
        history[id] = history[id]! + squares * value * value
        const step = rate / Math.sqrt(history[id]!)
        const keep = 1 - step * decay
        const from = id * classes
        for (let k = 0; k < classes; k++)
          weights[from + k] = weights[from + k]! * keep - step * slope[k]! * value
      }
    }
  }
  return { classes, weights, offset }
}

/** Fills `into` with the logits of a row. */
export function logits(
  rows: SparseRows,
  row: number,
  weights: Float32Array,
  offset: Float32Array,
  into: Float32Array,
): void {
  const classes = offset.length
  into.set(offset)
  for (let at = rows.starts[row]!; at < rows.starts[row + 1]!; at++) {
    const from = rows.ids[at]! * classes
    const value = rows.weights[at]!
    for (let k = 0; k < classes; k++) into[k] = into[k]! + value * weights[from + k]!
  }
}

export function toShares(values: Float32Array): void {
  let most = Number.NEGATIVE_INFINITY
  for (const value of values) most = Math.max(most, value)
  let total = 0
  for (let k = 0; k < values.length; k++) {
    const grown = Math.exp(values[k]! - most)
    values[k] = grown
    total += grown
  }
  for (let k = 0; k < values.length; k++) values[k] = values[k]! / total
}
