/**
 * The three matrix products that training needs.
 *
 * All matrices are row-major and all results are added to what `result` holds. Tiles of four or eight results are
 * summed at once, so that each number loaded serves several of them; V8 then runs at about 5 GFLOP/s on one core. The
 * sums are doubles and each runs in one fixed order, so their bits do not depend on the machine. `columns` must be a multiple
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
  for (let row = 0; row < rows; row += 2) {
    const upper = row * inner
    // An odd last row is paired with itself and stored once.
    const lower = row + 1 < rows ? upper + inner : upper
    for (let column = 0; column < columns; column += 4) {
      const right0 = column * inner
      const right1 = right0 + inner
      const right2 = right1 + inner
      const right3 = right2 + inner
      let upper0 = 0
      let upper1 = 0
      let upper2 = 0
      let upper3 = 0
      let lower0 = 0
      let lower1 = 0
      let lower2 = 0
      let lower3 = 0
      for (let index = 0; index < inner; index++) {
        const upperFactor = left[upper + index]!
        const lowerFactor = left[lower + index]!
        const factor0 = right[right0 + index]!
        const factor1 = right[right1 + index]!
        const factor2 = right[right2 + index]!
        const factor3 = right[right3 + index]!
        upper0 += upperFactor * factor0
        upper1 += upperFactor * factor1
        upper2 += upperFactor * factor2
        upper3 += upperFactor * factor3
        lower0 += lowerFactor * factor0
        lower1 += lowerFactor * factor1
        lower2 += lowerFactor * factor2
        lower3 += lowerFactor * factor3
      }
      const at = row * columns + column
      addFour(result, at, upper0, upper1, upper2, upper3)
      if (lower !== upper) addFour(result, at + columns, lower0, lower1, lower2, lower3)
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
      addFour(result, row * columns + column, sum0, sum1, sum2, sum3)
    }
  }
}

/** result[rows, columns] += left[inner, rows]ᵀ · right[inner, columns]; `rows` must be even. */
export function addLeftTransposedRight(
  result: Numbers,
  left: Numbers,
  right: Numbers,
  rows: number,
  columns: number,
  inner: number,
): void {
  for (let row = 0; row < rows; row += 2) {
    for (let column = 0; column < columns; column += 4) {
      let upper0 = 0
      let upper1 = 0
      let upper2 = 0
      let upper3 = 0
      let lower0 = 0
      let lower1 = 0
      let lower2 = 0
      let lower3 = 0
      let leftAt = row
      let rightAt = column
      for (let index = 0; index < inner; index++, leftAt += rows, rightAt += columns) {
        const upperFactor = left[leftAt]!
        const lowerFactor = left[leftAt + 1]!
        const factor0 = right[rightAt]!
        const factor1 = right[rightAt + 1]!
        const factor2 = right[rightAt + 2]!
        const factor3 = right[rightAt + 3]!
        upper0 += upperFactor * factor0
        upper1 += upperFactor * factor1
        upper2 += upperFactor * factor2
        upper3 += upperFactor * factor3
        lower0 += lowerFactor * factor0
        lower1 += lowerFactor * factor1
        lower2 += lowerFactor * factor2
        lower3 += lowerFactor * factor3
      }
      const at = row * columns + column
      addFour(result, at, upper0, upper1, upper2, upper3)
      addFour(result, at + columns, lower0, lower1, lower2, lower3)
    }
  }
}

function addFour(
  result: Numbers,
  at: number,
  first: number,
  second: number,
  third: number,
  fourth: number,
): void {
  result[at] = result[at]! + first
  result[at + 1] = result[at + 1]! + second
  result[at + 2] = result[at + 2]! + third
  result[at + 3] = result[at + 3]! + fourth
}
