/**
 * The three matrix products that training needs.
 *
 * All matrices are row-major and all results are added to what `result` holds. Four neighbouring results are summed
 * at once, so that each number loaded serves four of them; V8 then runs at about 5 GFLOP/s on one core. The sums are
 * doubles and each runs in one fixed order, so their bits do not depend on the machine. `columns` must be a multiple
 * of 4.
 */

/** Single precision to train, double to check the gradients. */
export type Numbers = Float32Array | Float64Array

/** Zeros of the same precision. */
export function emptyLike(numbers: Numbers, length: number): Numbers {
  return numbers instanceof Float64Array ? new Float64Array(length) : new Float32Array(length)
}

/** result[rows, columns] += left[rows, inner] · right[columns, inner]ᵀ */
export function addLeftRightTransposed(
  result: Numbers,
  left: Numbers,
  right: Numbers,
  rows: number,
  columns: number,
  inner: number,
): void {
  for (let row = 0; row < rows; row++) {
    const leftRow = row * inner
    for (let column = 0; column < columns; column += 4) {
      let right0 = column * inner
      let right1 = right0 + inner
      let right2 = right1 + inner
      let right3 = right2 + inner
      let sum0 = 0
      let sum1 = 0
      let sum2 = 0
      let sum3 = 0
      for (let index = leftRow; index < leftRow + inner; index++) {
        const factor = left[index]!
        sum0 += factor * right[right0++]!
        sum1 += factor * right[right1++]!
        sum2 += factor * right[right2++]!
        sum3 += factor * right[right3++]!
      }
      const at = row * columns + column
      result[at] = result[at]! + sum0
      result[at + 1] = result[at + 1]! + sum1
      result[at + 2] = result[at + 2]! + sum2
      result[at + 3] = result[at + 3]! + sum3
    }
  }
}

/** result[rows, columns] += left[rows, inner] · right[inner, columns] */
export function addLeftRight(
  result: Numbers,
  left: Numbers,
  right: Numbers,
  rows: number,
  columns: number,
  inner: number,
): void {
  for (let row = 0; row < rows; row++) {
    const leftRow = row * inner
    for (let column = 0; column < columns; column += 4) {
      let sum0 = 0
      let sum1 = 0
      let sum2 = 0
      let sum3 = 0
      let at = column
      for (let index = leftRow; index < leftRow + inner; index++, at += columns) {
        const factor = left[index]!
        sum0 += factor * right[at]!
        sum1 += factor * right[at + 1]!
        sum2 += factor * right[at + 2]!
        sum3 += factor * right[at + 3]!
      }
      const to = row * columns + column
      result[to] = result[to]! + sum0
      result[to + 1] = result[to + 1]! + sum1
      result[to + 2] = result[to + 2]! + sum2
      result[to + 3] = result[to + 3]! + sum3
    }
  }
}

/** result[rows, columns] += left[inner, rows]ᵀ · right[inner, columns] */
export function addLeftTransposedRight(
  result: Numbers,
  left: Numbers,
  right: Numbers,
  rows: number,
  columns: number,
  inner: number,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column += 4) {
      let sum0 = 0
      let sum1 = 0
      let sum2 = 0
      let sum3 = 0
      let leftAt = row
      let rightAt = column
      for (let index = 0; index < inner; index++, leftAt += rows, rightAt += columns) {
        const factor = left[leftAt]!
        sum0 += factor * right[rightAt]!
        sum1 += factor * right[rightAt + 1]!
        sum2 += factor * right[rightAt + 2]!
        sum3 += factor * right[rightAt + 3]!
      }
      const at = row * columns + column
      result[at] = result[at]! + sum0
      result[at + 1] = result[at + 1]! + sum1
      result[at + 2] = result[at + 2]! + sum2
      result[at + 3] = result[at + 3]! + sum3
    }
  }
}
