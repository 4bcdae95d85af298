import { expect, it } from 'vitest'
import { backwards, choleskyOf, forwards } from './cholesky.ts'
import { fitByLandmarks } from './landmarks.ts'
import { dotRow, type SparseRows } from './sparse.ts'

it('solves the equations of a symmetric matrix', () => {
  const matrix = Float64Array.of(4, 2, 1, 2, 5, 3, 1, 3, 6)
  const wanted = [1, -2, 3]
  const right = Float64Array.from([0, 1, 2], (i) =>
    wanted.reduce((sum, value, j) => sum + matrix[3 * i + j]! * value, 0),
  )
  const triangle = choleskyOf(matrix.slice(), 3)
  forwards(triangle, 3, right)
  backwards(triangle, 3, right)
  for (const [i, value] of wanted.entries()) expect(right[i]).toBeCloseTo(value, 10)
})

/** Two buckets and one number of the shape behind them. */
const rowsOf = (rows: readonly (readonly [number, number, number])[]): SparseRows => ({
  starts: Int32Array.from({ length: rows.length + 1 }, (_, i) => 3 * i),
  ids: Int32Array.from({ length: 3 * rows.length }, (_, i) => i % 3),
  weights: Float32Array.from(rows.flat()),
  width: 3,
})

it('learns along the directions in which rows without an outcome differ, and not along others', () => {
  const rows = rowsOf([
    [1, 1, 0],
    [-1, -1, 0],
    [2, 0, 0],
    [-2, 0, 0],
  ])
  const fit = (landmarks: readonly number[]) =>
    fitByLandmarks(rows, [0, 1], [1, -1], landmarks, 2, { noise: 0.01, penalty: 0.01 })
  const { weights, offset } = fit([2, 3])
  expect(offset).toBe(0)
  expect(weights[0]).toBeGreaterThan(0.9)
  expect(weights[1]).toBe(0)
  expect(dotRow(rows, 0, weights) + offset).toBeCloseTo(1, 1)
})

it('weighs the shape as it is, whatever the landmarks say of it', () => {
  const rows = rowsOf([
    [0, 0, 1],
    [0, 0, -1],
    [1, 0, 0],
  ])
  const { weights } = fitByLandmarks(rows, [0, 1], [0.8, 0.2], [2], 2, { noise: 1, penalty: 0.01 })
  expect(weights[2]).toBeCloseTo(0.3, 2)
  expect([weights[0], weights[1]]).toEqual([0, 0])
})
