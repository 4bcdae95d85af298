/**
 * Products of matrices: MatMul with batches, Gemm, MatMulInteger.
 *
 * Two loops do all of it. Where the right side lies row by row, four of its rows are added at a time to a row of sums; where
 * it lies transposed, each result is a dot product of two rows. Sums are kept in double precision.
 */

import { type Dims, type Elements, emptyElements, sizeOf, type Value } from '../tensor.ts'
import { floats, type Kernel, type NodeContext, type Operator, oneOf } from './operator.ts'
import { broadcast, stridesOver, walkOf } from './walk.ts'

let sums = new Float64Array(256)

/** out[m, n] += left[m, k] right[k, n], where `left` is crossed by two strides. */
function product(
  out: Elements,
  outAt: number,
  left: Elements,
  leftAt: number,
  rowStep: number,
  columnStep: number,
  right: Elements,
  rightAt: number,
  m: number,
  k: number,
  n: number,
): void {
  if (sums.length < n) sums = new Float64Array(n)
  const row = sums
  for (let i = 0; i < m; i++) {
    row.fill(0, 0, n)
    let at = leftAt + i * rowStep
    let p = 0
    for (; p + 3 < k; p += 4) {
      const a = left[at] as number
      const b = left[at + columnStep] as number
      const c = left[at + 2 * columnStep] as number
      const d = left[at + 3 * columnStep] as number
      at += 4 * columnStep
      const first = rightAt + p * n
      for (let j = 0; j < n; j++) {
        const q = first + j
        row[j] =
          (row[j] as number) +
          a * (right[q] as number) +
          b * (right[q + n] as number) +
          c * (right[q + 2 * n] as number) +
          d * (right[q + 3 * n] as number)
      }
    }
    for (; p < k; p++) {
      const a = left[at] as number
      at += columnStep
      const first = rightAt + p * n
      for (let j = 0; j < n; j++) row[j] = (row[j] as number) + a * (right[first + j] as number)
    }
    const to = outAt + i * n
    for (let j = 0; j < n; j++) out[to + j] = row[j] as number
  }
}

/** out[m, n] = left[m, k] right[n, k]: the right side lies transposed. */
function dots(
  out: Elements,
  left: Elements,
  rowStep: number,
  columnStep: number,
  right: Elements,
  m: number,
  k: number,
  n: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let at = i * rowStep
      let from = j * k
      let sum = 0
      for (let p = 0; p < k; p++) {
        sum += (left[at] as number) * (right[from++] as number)
        at += columnStep
      }
      out[i * n + j] = sum
    }
  }
}

type Sizes = { m: number; k: number; n: number }

function matmulShape(node: NodeContext, left: Dims, right: Dims): { batch: Dims; dims: Dims } & Sizes {
  if (left.length === 0 || right.length === 0) node.fail('a scalar is no matrix')
  const m = left.length > 1 ? (left.at(-2) as number) : 1
  const k = left.at(-1) as number
  const rows = right.length > 1 ? (right.at(-2) as number) : (right[0] as number)
  const n = right.length > 1 ? (right.at(-1) as number) : 1
  if (k !== rows && k !== -1 && rows !== -1)
    node.fail(`a matrix of ${k} columns does not meet one of ${rows} rows`)
  const batch =
    broadcast(left.slice(0, -2), right.slice(0, -2)) ?? node.fail('its batches do not fit each other')
  const dims = [...batch, ...(left.length > 1 ? [m] : []), ...(right.length > 1 ? [n] : [])]
  return { batch, dims, m, k, n }
}

type Multiply = (out: Value, outAt: number, leftAt: number, rightAt: number, sizes: Sizes) => void

function batched(node: NodeContext, type: Value['type'], multiply: Multiply): Kernel {
  let sizes: Sizes = { m: 0, k: 0, n: 0 }
  let batches = 1
  let walk = walkOf([], [[], []])
  return {
    types: [type],
    heavy: true,
    work: () => batches * sizes.m * sizes.k * sizes.n,
    shape: ([left, right]) => {
      const { batch, dims, m, k, n } = matmulShape(node, left as Dims, right as Dims)
      if (!dims.includes(-1)) {
        sizes = { m, k, n }
        batches = sizeOf(batch)
        const strides = [left, right].map((each) => stridesOver((each as Dims).slice(0, -2), batch))
        walk = walkOf(batch, [
          (strides[0] as number[]).map((s) => s * m * k),
          (strides[1] as number[]).map((s) => s * k * n),
        ])
      }
      return [dims]
    },
    run: ([out]) => {
      if (!walk.start()) return
      const [leftStep = 0, rightStep = 0] = walk.steps
      let outAt = 0
      do {
        for (let i = 0; i < walk.row; i++) {
          multiply(
            out as Value,
            outAt,
            (walk.offsets[0] as number) + i * leftStep,
            (walk.offsets[1] as number) + i * rightStep,
            sizes,
          )
          outAt += sizes.m * sizes.n
        }
      } while (walk.next())
    },
  }
}

const matmul: Operator = {
  inputs: [2, 2],
  build: (node) => {
    const left = oneOf(node, 0, floats)
    const right = oneOf(node, 1, [left.type])
    return batched(node, left.type, (out, outAt, leftAt, rightAt, { m, k, n }) =>
      product(out.data, outAt, left.data, leftAt, k, 1, right.data, rightAt, m, k, n),
    )
  },
}

const matmulInteger: Operator = {
  inputs: [2, 4],
  build: (node) => {
    const left = oneOf(node, 0, ['int8', 'uint8'])
    const right = oneOf(node, 1, ['int8', 'uint8'])
    const leftZero = node.inputs[2]
    const rightZero = node.inputs[3]
    const kernel = batched(node, 'int32', (out, outAt, leftAt, rightAt, { m, k, n }) => {
      const perRow = leftZero !== undefined && leftZero.size > 1
      const perColumn = rightZero !== undefined && rightZero.size > 1
      for (let i = 0; i < m; i++) {
        const zero = leftZero ? (leftZero.data[perRow ? i : 0] as number) : 0
        for (let j = 0; j < n; j++) {
          const other = rightZero ? (rightZero.data[perColumn ? j : 0] as number) : 0
          let sum = 0
          for (let p = 0; p < k; p++) {
            sum +=
              ((left.data[leftAt + i * k + p] as number) - zero) *
              ((right.data[rightAt + p * n + j] as number) - other)
          }
          out.data[outAt + i * n + j] = sum
        }
      }
    })
    return {
      ...kernel,
      shape: (dims) => {
        const [out] = kernel.shape(dims) as readonly [Dims]
        const zeros = [dims[2], dims[3]].map((zero) => (zero && !zero.includes(-1) ? sizeOf(zero) : 1))
        if (zeros[0] !== 1 && ((dims[2] as Dims).length > 1 || zeros[0] !== out.at(-2)))
          node.fail('its left zero point has a wrong shape')
        if (zeros[1] !== 1 && ((dims[3] as Dims).length > 1 || zeros[1] !== out.at(-1)))
          node.fail('its right zero point has a wrong shape')
        return [out]
      },
    }
  },
}

const gemm: Operator = {
  inputs: [2, 3],
  build: (node) => {
    const left = oneOf(node, 0, floats)
    const right = oneOf(node, 1, [left.type])
    const bias = node.inputs[2] && oneOf(node, 2, [left.type])
    const alpha = node.float('alpha', 1)
    const beta = node.float('beta', 1)
    const leftTurned = node.int('transA', 0) !== 0
    const rightTurned = node.int('transB', 0) !== 0
    let sizes: Sizes = { m: 0, k: 0, n: 0 }
    let biasSteps = [0, 0]
    return {
      types: [left.type],
      heavy: true,
      work: () => sizes.m * sizes.k * sizes.n,
      shape: ([a, b, c]) => {
        if (a?.length !== 2 || b?.length !== 2)
          return node.fail('multiplies two matrices, of two dimensions each')
        const [m = 0, k = 0] = leftTurned ? [a[1], a[0]] : a
        const [rows = 0, n = 0] = rightTurned ? [b[1], b[0]] : b
        if (k !== rows && k !== -1 && rows !== -1)
          node.fail(`a matrix of ${k} columns does not meet one of ${rows} rows`)
        const fits = c ? broadcast(c, [m, n]) : [m, n]
        if (fits?.length !== 2 || (m !== -1 && fits[0] !== m) || (n !== -1 && fits[1] !== n))
          node.fail('its bias does not fit the product')
        if (c && m !== -1 && n !== -1) biasSteps = stridesOver(c, [m, n])
        sizes = { m, k, n }
        return [[m, n]]
      },
      run: ([out]) => {
        const { m, k, n } = sizes
        const to = (out as Value).data
        const [rowStep, columnStep] = leftTurned ? [1, m] : [k, 1]
        if (rightTurned) dots(to, left.data, rowStep as number, columnStep as number, right.data, m, k, n)
        else product(to, 0, left.data, 0, rowStep as number, columnStep as number, right.data, 0, m, k, n)
        if (!bias && alpha === 1) return
        const [biasRow = 0, biasColumn = 0] = biasSteps
        const added = bias ? bias.data : zero
        for (let i = 0; i < m; i++) {
          let from = i * biasRow
          for (let j = 0; j < n; j++) {
            to[i * n + j] = alpha * (to[i * n + j] as number) + beta * (added[from] as number)
            from += biasColumn
          }
        }
      },
    }
  },
}

const zero = emptyElements('float32', 1)

export const products: Readonly<Record<string, Operator>> = {
  MatMul: matmul,
  MatMulInteger: matmulInteger,
  Gemm: gemm,
}
