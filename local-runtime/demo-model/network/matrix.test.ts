import { expect, it } from 'vitest'
import { addLeftRight, addLeftRightTransposed, addLeftTransposedRight } from './matrix.ts'
import { normal, seededRandom } from './random.ts'

const columns = 8
const inner = 7

function transposed(matrix: Float64Array, width: number): Float64Array {
  const height = matrix.length / width
  return matrix.map((_, at) => matrix[(at % height) * width + Math.floor(at / height)]!)
}

/** The sum of a start and a product, once by definition and once as the function under test has it. */
function sums(
  rows: number,
  multiply: (result: Float64Array, left: Float64Array, right: Float64Array) => void,
): [expected: Float64Array, result: Float64Array] {
  const random = seededRandom(rows)
  const numbers = (length: number): Float64Array => Float64Array.from({ length }, () => normal(random))
  const left = numbers(rows * inner)
  const right = numbers(inner * columns)
  const result = numbers(rows * columns)
  const expected = result.map((start, at) => {
    let sum = start
    for (let index = 0; index < inner; index++) {
      sum += left[Math.floor(at / columns) * inner + index]! * right[index * columns + (at % columns)]!
    }
    return sum
  })
  multiply(result, left, right)
  return [expected, result]
}

function expectClose([expected, result]: [Float64Array, Float64Array]): void {
  for (const [at, value] of result.entries()) expect(value).toBeCloseTo(expected[at]!, 12)
}

it.each([1, 5, 6])('adds the product of two matrices to what is there, for %i rows', (rows) => {
  expectClose(sums(rows, (result, left, right) => addLeftRight(result, left, right, rows, columns, inner)))
})

it.each([1, 5, 6])('adds the product of a matrix and a transposed one, for %i rows', (rows) => {
  expectClose(
    sums(rows, (result, left, right) =>
      addLeftRightTransposed(result, left, transposed(right, columns), rows, columns, inner),
    ),
  )
})

it.each([2, 6])('adds the product of a transposed matrix and another, for %i rows', (rows) => {
  expectClose(
    sums(rows, (result, left, right) =>
      addLeftTransposedRight(result, transposed(left, inner), right, rows, columns, inner),
    ),
  )
})
