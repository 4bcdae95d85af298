/**
 * The few directions in which something varies most: the strongest eigenvectors of a symmetric matrix, by iterating on a
 * subspace. Used to write seventy logits with two dozen columns, and those of intents with a vector.
 */
import { seededRandom } from './random.ts'

/** Of the rows of `data` (rows by width); gives `count` directions of unit length, width by count. */
export function strongestDirections(data: Float32Array, width: number, count: number): Float64Array {
  const square = new Float64Array(width * width)
  for (let row = 0; row < data.length; row += width)
    for (let a = 0; a < width; a++) {
      const value = data[row + a]!
      for (let b = 0; b <= a; b++) square[a * width + b] = square[a * width + b]! + value * data[row + b]!
    }
  for (let a = 0; a < width; a++) for (let b = 0; b < a; b++) square[b * width + a] = square[a * width + b]!

  let basis = randomBasis(width, count, 3)
  for (let step = 0; step < 60; step++) {
    const next = new Float64Array(width * count)
    for (let a = 0; a < width; a++)
      for (let b = 0; b < width; b++) {
        const value = square[a * width + b]!
        for (let c = 0; c < count; c++)
          next[a * count + c] = next[a * count + c]! + value * basis[b * count + c]!
      }
    orthonormalise(next, count)
    basis = next
  }
  return basis
}

function randomBasis(width: number, count: number, seed: number): Float64Array {
  const random = seededRandom(seed)
  const basis = Float64Array.from({ length: width * count }, () => random() - 0.5)
  orthonormalise(basis, count)
  return basis
}

/** Of a column that the ones before it explain, only rounding is left: there is no such direction. */
const nothingLeft = 1e-20

/** Gram-Schmidt over the columns, twice, which is as good as exact. */
function orthonormalise(basis: Float64Array, count: number): void {
  const width = basis.length / count
  const squaresOf = (c: number): number => {
    let squares = 0
    for (let j = 0; j < width; j++) squares += basis[j * count + c]! ** 2
    return squares
  }
  for (let c = 0; c < count; c++) {
    const whole = squaresOf(c)
    for (let pass = 0; pass < 2; pass++)
      for (let before = 0; before < c; before++) {
        let product = 0
        for (let j = 0; j < width; j++) product += basis[j * count + c]! * basis[j * count + before]!
        for (let j = 0; j < width; j++)
          basis[j * count + c] = basis[j * count + c]! - product * basis[j * count + before]!
      }
    const left = squaresOf(c)
    const scale = left > nothingLeft * whole ? 1 / Math.sqrt(left) : 0
    for (let j = 0; j < width; j++) basis[j * count + c] = basis[j * count + c]! * scale
  }
}
