/**
 * Linear regression with a penalty on large weights, solved by conjugate gradients on the normal equations: the matrix is
 * never formed, each step reads the rows once. No draws are made, so the same rows give the same weights.
 */
import { dotRow, type SparseRows } from './sparse.ts'

export type Linear = { readonly weights: Float64Array; readonly offset: number }

export function fitRidge(
  rows: SparseRows,
  chosen: readonly number[],
  target: ArrayLike<number>,
  penalty: number,
  { steps = 40, centred = true }: { readonly steps?: number; readonly centred?: boolean } = {},
): Linear {
  let offset = 0
  if (centred) for (let i = 0; i < chosen.length; i++) offset += target[i]! / chosen.length
  const residual = new Float64Array(rows.width)
  for (const [i, row] of chosen.entries()) addRow(rows, row, target[i]! - offset, residual)

  const weights = new Float64Array(rows.width)
  const direction = residual.slice()
  const image = new Float64Array(rows.width)
  let size = squares(residual)
  const enough = 1e-8 * size
  for (let step = 0; step < steps && size > enough; step++) {
    image.fill(0)
    for (const row of chosen) addRow(rows, row, dotRow(rows, row, direction), image)
    let along = 0
    for (let j = 0; j < image.length; j++) {
      image[j] = image[j]! + penalty * direction[j]!
      along += direction[j]! * image[j]!
    }
    const stride = size / along
    for (let j = 0; j < image.length; j++) {
      weights[j] = weights[j]! + stride * direction[j]!
      residual[j] = residual[j]! - stride * image[j]!
    }
    const before = size
    size = squares(residual)
    for (let j = 0; j < image.length; j++) direction[j] = residual[j]! + (size / before) * direction[j]!
  }
  return { weights, offset }
}

function addRow(rows: SparseRows, row: number, times: number, into: Float64Array): void {
  for (let at = rows.starts[row]!; at < rows.starts[row + 1]!; at++) {
    const id = rows.ids[at]!
    into[id] = into[id]! + times * rows.weights[at]!
  }
}

function squares(vector: Float64Array): number {
  let sum = 0
  for (const value of vector) sum += value * value
  return sum
}
