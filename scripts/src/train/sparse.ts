/**
 * Rows of hashed features, one behind the other: what the linear models are trained on. The shape's numbers stand behind
 * the buckets as columns of their own, centred and scaled as the model will do it.
 */
import { bucketCount, featureReader, shapeSize } from '@nearside/core'

export type SparseRows = {
  readonly starts: Int32Array
  readonly ids: Int32Array
  readonly weights: Float32Array
  readonly width: number
}

export type ReadTexts = SparseRows & { readonly shape: Float32Array; readonly count: number }

export function readTexts(texts: readonly string[]): ReadTexts {
  const read = featureReader()
  const features = texts.map((text) => read(text))
  const starts = new Int32Array(texts.length + 1)
  for (let i = 0; i < features.length; i++) starts[i + 1] = starts[i]! + features[i]!.ids.length
  const ids = new Int32Array(starts[texts.length]!)
  const weights = new Float32Array(ids.length)
  const shape = new Float32Array(texts.length * shapeSize)
  for (const [i, row] of features.entries()) {
    ids.set(row.ids, starts[i]!)
    weights.set(row.weights, starts[i]!)
    shape.set(row.shape, i * shapeSize)
  }
  return { starts, ids, weights, width: bucketCount, shape, count: texts.length }
}

/** Rare buckets tell more than common ones: the square root of the inverse document frequency of each. */
export function rarity(rows: SparseRows, chosen: readonly number[]): Float32Array {
  const holders = new Float32Array(rows.width)
  for (const row of chosen)
    for (let at = rows.starts[row]!; at < rows.starts[row + 1]!; at++) {
      const id = rows.ids[at]!
      holders[id] = holders[id]! + 1
    }
  return holders.map((count) => Math.sqrt(Math.max(0.01, Math.log((chosen.length + 1) / (count + 1)))))
}

export type ShapeNorm = { readonly mean: Float32Array; readonly scale: Float32Array }

export function shapeNorm(texts: ReadTexts, chosen: readonly number[]): ShapeNorm {
  const mean = new Float64Array(shapeSize)
  const square = new Float64Array(shapeSize)
  for (const row of chosen)
    for (let s = 0; s < shapeSize; s++) {
      const value = texts.shape[row * shapeSize + s]!
      mean[s] = mean[s]! + value / chosen.length
      square[s] = square[s]! + (value * value) / chosen.length
    }
  const scale = square.map((value, s) => {
    const variance = value - mean[s]! ** 2
    return variance > 1e-9 ? 1 / Math.sqrt(variance) : 0
  })
  return { mean: Float32Array.from(mean), scale: Float32Array.from(scale) }
}

const shapeLimit = 4

/** Buckets scaled one by one, and the shape behind them, `shapeWeight` strong. */
export function scaledRows(
  texts: ReadTexts,
  scale: Float32Array | null,
  norm: ShapeNorm,
  shapeWeight: number,
): SparseRows {
  const { count } = texts
  const starts = new Int32Array(count + 1)
  const ids = new Int32Array(texts.ids.length + count * shapeSize)
  const weights = new Float32Array(ids.length)
  let place = 0
  for (let row = 0; row < count; row++) {
    for (let at = texts.starts[row]!; at < texts.starts[row + 1]!; at++) {
      const id = texts.ids[at]!
      ids[place] = id
      weights[place++] = texts.weights[at]! * (scale === null ? 1 : scale[id]!)
    }
    for (let s = 0; s < shapeSize; s++) {
      const centred = (texts.shape[row * shapeSize + s]! - norm.mean[s]!) * norm.scale[s]!
      ids[place] = texts.width + s
      weights[place++] = Math.max(-shapeLimit, Math.min(shapeLimit, centred)) * shapeWeight
    }
    starts[row + 1] = place
  }
  return { starts, ids, weights, width: texts.width + shapeSize }
}

export function dotRow(rows: SparseRows, row: number, vector: ArrayLike<number>): number {
  let sum = 0
  for (let at = rows.starts[row]!; at < rows.starts[row + 1]!; at++)
    sum += rows.weights[at]! * vector[rows.ids[at]!]!
  return sum
}
