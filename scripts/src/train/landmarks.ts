/**
 * Linear regression that learns from problems without an outcome what matters in a problem at all.
 *
 * With some hundred outcomes a ridge over thousands of buckets spends its freedom on words that chance put beside a gain.
 * Here a row is told by how like it is to each of many rows of its kind that nobody scored, the landmarks, whitened among
 * themselves (Nyström's approximation of a Gaussian process): directions in which the landmarks do not differ are
 * not learned. The result is a line over the buckets again, so that the model file knows nothing of it.
 */
import { backwards, choleskyOf, forwards } from './cholesky.ts'
import type { Linear } from './ridge.ts'
import { dotRow, type SparseRows } from './sparse.ts'

export type LandmarkOptions = {
  /** How much a landmark differs from others by chance alone: smaller directions than this count for less. */
  readonly noise: number
  readonly penalty: number
}

/** `buckets` is the columns that are seen through the landmarks; those behind them, the shape, are weighed as they are. */
export function fitByLandmarks(
  rows: SparseRows,
  chosen: readonly number[],
  target: readonly number[],
  landmarks: readonly number[],
  buckets: number,
  { noise, penalty }: LandmarkOptions,
): Linear {
  const [count, marks] = [chosen.length, landmarks.length]
  const likeness = new Float64Array(count * marks)
  const between = new Float64Array(marks * marks)
  const mark = new Float64Array(rows.width)
  for (let m = 0; m < marks; m++) {
    addBuckets(rows, landmarks[m]!, 1, buckets, mark)
    for (let i = 0; i < count; i++) likeness[i * marks + m] = dotRow(rows, chosen[i]!, mark)
    for (let o = 0; o <= m; o++) between[m * marks + o] = dotRow(rows, landmarks[o]!, mark)
    between[m * marks + m] = between[m * marks + m]! + noise
    mark.fill(0)
  }
  choleskyOf(between, marks)
  for (let i = 0; i < count; i++) forwards(between, marks, likeness, i * marks)

  const offset = target.reduce((sum, value) => sum + value, 0) / Math.max(1, count)
  const pull = dualWeights(likeness, shapesOf(rows, chosen, buckets), target, offset, penalty)

  const along = new Float64Array(marks)
  for (let i = 0; i < count; i++)
    for (let m = 0; m < marks; m++) along[m] = along[m]! + pull[i]! * likeness[i * marks + m]!
  backwards(between, marks, along)
  const weights = new Float64Array(rows.width)
  for (let m = 0; m < marks; m++) addBuckets(rows, landmarks[m]!, along[m]!, buckets, weights)
  for (let i = 0; i < count; i++)
    for (let at = rows.starts[chosen[i]!]!; at < rows.starts[chosen[i]! + 1]!; at++) {
      const id = rows.ids[at]!
      if (id >= buckets) weights[id] = weights[id]! + pull[i]! * rows.weights[at]!
    }
  return { weights, offset }
}

/** How strongly each row pulls: the regression solved by rows, of which there are fewer than buckets. */
function dualWeights(
  likeness: Float64Array,
  shapes: Float64Array,
  target: readonly number[],
  offset: number,
  penalty: number,
): Float64Array {
  const count = target.length
  const products = new Float64Array(count * count)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++)
      products[i * count + j] = product(likeness, i, j, count) + product(shapes, i, j, count)
    products[i * count + i] = products[i * count + i]! + penalty
  }
  choleskyOf(products, count)
  const pull = Float64Array.from(target, (value) => value - offset)
  forwards(products, count, pull)
  backwards(products, count, pull)
  return pull
}

function product(table: Float64Array, a: number, b: number, rows: number): number {
  const width = table.length / rows
  let sum = 0
  for (let k = 0; k < width; k++) sum += table[a * width + k]! * table[b * width + k]!
  return sum
}

function shapesOf(rows: SparseRows, chosen: readonly number[], buckets: number): Float64Array {
  const width = rows.width - buckets
  const shapes = new Float64Array(chosen.length * width)
  for (const [i, row] of chosen.entries())
    for (let at = rows.starts[row]!; at < rows.starts[row + 1]!; at++)
      if (rows.ids[at]! >= buckets) shapes[i * width + rows.ids[at]! - buckets] = rows.weights[at]!
  return shapes
}

function addBuckets(rows: SparseRows, row: number, times: number, buckets: number, into: Float64Array): void {
  for (let at = rows.starts[row]!; at < rows.starts[row + 1]!; at++) {
    const id = rows.ids[at]!
    if (id < buckets) into[id] = into[id]! + times * rows.weights[at]!
  }
}
