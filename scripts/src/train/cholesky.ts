/** A symmetric positive matrix as the product of a triangle with its mirror, and the equations that it solves. */

/** The lower triangle, row by row, in the place of the matrix itself; what stands above the diagonal is left as it was. */
export function choleskyOf(matrix: Float64Array, size: number): Float64Array {
  for (let i = 0; i < size; i++) {
    const row = i * size
    for (let j = 0; j <= i; j++) {
      const other = j * size
      let sum = matrix[row + j]!
      for (let k = 0; k < j; k++) sum -= matrix[row + k]! * matrix[other + k]!
      matrix[row + j] = i === j ? Math.sqrt(sum) : sum / matrix[other + j]!
    }
  }
  return matrix
}

/** Solves `L x = b` in place, for the triangle `L` and the vector at `from`. */
export function forwards(triangle: Float64Array, size: number, vector: Float64Array, from = 0): void {
  for (let i = 0; i < size; i++) {
    const row = i * size
    let sum = vector[from + i]!
    for (let k = 0; k < i; k++) sum -= triangle[row + k]! * vector[from + k]!
    vector[from + i] = sum / triangle[row + i]!
  }
}

/** Solves `Lᵀ x = b` in place. */
export function backwards(triangle: Float64Array, size: number, vector: Float64Array): void {
  for (let i = size - 1; i >= 0; i--) {
    const value = vector[i]! / triangle[i * size + i]!
    vector[i] = value
    for (let k = 0; k < i; k++) vector[k] = vector[k]! - triangle[i * size + k]! * value
  }
}
