/** Operators that gather along axes: the reductions, ArgMax and ArgMin, CumSum, TopK. */

import { type Dims, type ElementType, sizeOf, type Value } from '../tensor.ts'
import { mustBeWhole } from './elementwise.ts'
import {
  axisOf,
  contents,
  floats,
  integers,
  type NodeContext,
  numbers,
  type Operator,
  oneOf,
} from './operator.ts'
import { rowMajor, walkOf } from './walk.ts'

type Fold = {
  readonly start: number
  readonly step: (sum: number, x: number) => number
  readonly end?: (sum: number, count: number) => number
  readonly types?: readonly ElementType[]
}

const add = (sum: number, x: number): number => sum + x
const whole: readonly ElementType[] = [...floats, ...integers]

/** The axes, from an input or an attribute as the opset has it; null is all of them, [] none. */
function axesOf(node: NodeContext, asInput: boolean, rank: number): readonly number[] {
  const value = node.inputs[1]
  const given = (asInput ? value && contents(value) : node.ints('axes')) ?? []
  if (given.length === 0) {
    return node.int('noop_with_empty_axes', 0) !== 0 ? [] : Array.from({ length: rank }, (_, axis) => axis)
  }
  const axes = given.map((axis) => axisOf(node, axis, rank))
  if (new Set(axes).size !== axes.length) node.fail('names an axis twice')
  return axes
}

function reducing(fold: Fold, inputSince = 18): Operator {
  return {
    inputs: [1, 2],
    build: (node) => {
      const x = oneOf(node, 0, fold.types ?? numbers)
      const asInput = node.opset >= inputSince
      if (asInput && node.inputs[1]) oneOf(node, 1, ['int64'])
      if (!asInput && node.inputs[1]) node.fail(`takes its axes as an attribute in opset ${node.opset}`)
      const keep = node.int('keepdims', 1) !== 0
      let walk = walkOf([], [[], []])
      let count = 1
      let sums = new Float64Array(0)
      return {
        types: [x.type],
        reads: asInput && node.inputs[1] ? [1] : [],
        shape: ([given]) => {
          const dims = given as Dims
          const axes = axesOf(node, asInput, dims.length)
          const kept = dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
          if (!dims.includes(-1)) {
            const strides = rowMajor(kept).map((stride, axis) => (axes.includes(axis) ? 0 : stride))
            walk = walkOf(dims, [rowMajor(dims), strides])
            count = axes.reduce((product, axis) => product * (dims[axis] as number), 1)
            if (sums.length < sizeOf(kept)) sums = new Float64Array(sizeOf(kept))
          }
          return [keep ? kept : dims.filter((_, axis) => !axes.includes(axis))]
        },
        run: ([out]) => {
          const { data, size } = out as Value
          sums.fill(fold.start, 0, size)
          if (walk.start()) {
            const [xStep = 0, outStep = 0] = walk.steps
            do {
              let from = walk.offsets[0] as number
              let at = walk.offsets[1] as number
              if (outStep === 0) {
                let sum = sums[at] as number
                for (let i = 0; i < walk.row; i++, from += xStep) sum = fold.step(sum, x.data[from] as number)
                sums[at] = sum
              } else {
                for (let i = 0; i < walk.row; i++, from += xStep, at += outStep) {
                  sums[at] = fold.step(sums[at] as number, x.data[from] as number)
                }
              }
            } while (walk.next())
          }
          for (let i = 0; i < size; i++)
            data[i] = fold.end ? fold.end(sums[i] as number, count) : (sums[i] as number)
          if (x.type === 'int64') mustBeWhole(out as Value)
        },
      }
    },
  }
}

function extreme(better: (x: number, best: number) => boolean): Operator {
  return {
    inputs: [1, 1],
    build: (node) => {
      const x = oneOf(node, 0, numbers)
      const keep = node.int('keepdims', 1) !== 0
      const last = node.int('select_last_index', 0) !== 0
      let [outer, length, inner] = [0, 0, 0]
      return {
        types: ['int64'],
        shape: ([given]) => {
          const dims = given as Dims
          const axis = axisOf(node, node.int('axis', 0), dims.length)
          length = dims[axis] as number
          if (length === 0) node.fail('has no elements to choose from')
          outer = sizeOf(dims.slice(0, axis))
          inner = sizeOf(dims.slice(axis + 1))
          return [dims.flatMap((dim, each) => (each !== axis ? [dim] : keep ? [1] : []))]
        },
        run: ([out]) => {
          for (let o = 0, at = 0; o < outer; o++) {
            for (let i = 0; i < inner; i++) {
              let chosen = 0
              const from = o * length * inner + i
              for (let k = 1; k < length; k++) {
                const value = x.data[from + k * inner] as number
                const best = x.data[from + chosen * inner] as number
                if (better(value, best) || (last && value === best)) chosen = k
              }
              ;(out as Value).data[at++] = chosen
            }
          }
        },
      }
    },
  }
}

const cumSum: Operator = {
  inputs: [2, 2],
  build: (node) => {
    const x = oneOf(node, 0, whole)
    const axisValue = oneOf(node, 1, integers)
    const exclusive = node.int('exclusive', 0) !== 0
    const reverse = node.int('reverse', 0) !== 0
    return {
      types: [x.type],
      shape: ([dims]) => [dims as Dims],
      run: ([out]) => {
        const axis = axisOf(node, axisValue.data[0] as number, x.dims.length)
        const length = x.dims[axis] as number
        const inner = sizeOf(x.dims.slice(axis + 1))
        const outer = sizeOf(x.dims.slice(0, axis))
        const to = (out as Value).data
        for (let o = 0; o < outer; o++) {
          for (let i = 0; i < inner; i++) {
            let sum = 0
            for (let k = 0; k < length; k++) {
              const at = (o * length + (reverse ? length - 1 - k : k)) * inner + i
              if (exclusive) to[at] = sum
              sum += x.data[at] as number
              if (!exclusive) to[at] = sum
            }
          }
        }
        if (x.type === 'int64') mustBeWhole(out as Value)
      },
    }
  },
}

const topK: Operator = {
  inputs: [2, 2],
  outputs: [1, 2],
  build: (node) => {
    const x = oneOf(node, 0, numbers)
    const wanted = oneOf(node, 1, ['int64'])
    const sign = node.int('largest', 1) !== 0 ? -1 : 1
    let [outer, length, inner, k] = [0, 0, 0, 0]
    return {
      types: [x.type, 'int64'],
      reads: [1],
      heavy: true,
      work: () => outer * inner * length * Math.log2(length + 2),
      shape: ([given]) => {
        const dims = given as Dims
        const axis = axisOf(node, node.int('axis', -1), dims.length)
        length = dims[axis] as number
        k = wanted.size === 1 ? (wanted.data[0] as number) : -1
        if (k < 0 || (length !== -1 && k > length)) node.fail(`cannot choose ${k} of ${length}`)
        outer = sizeOf(dims.slice(0, axis))
        inner = sizeOf(dims.slice(axis + 1))
        const shape = dims.map((dim, each) => (each === axis ? k : dim))
        return [shape, shape]
      },
      run: ([values, indices]) => {
        const order = Array.from({ length }, (_, index) => index)
        for (let o = 0; o < outer; o++) {
          for (let i = 0; i < inner; i++) {
            const at = (index: number): number => x.data[(o * length + index) * inner + i] as number
            order.sort((a, b) => sign * (at(a) - at(b)) || a - b)
            for (let each = 0; each < k; each++) {
              const to = (o * k + each) * inner + i
              ;(values as Value).data[to] = at(order[each] as number)
              if (indices) indices.data[to] = order[each] as number
            }
          }
        }
      },
    }
  },
}

export const reductions: Readonly<Record<string, Operator>> = {
  ReduceSum: reducing({ start: 0, step: add, types: whole }, 13),
  ReduceMean: reducing({ start: 0, step: add, end: (sum, count) => sum / count, types: floats }),
  ReduceMax: reducing({ start: Number.NEGATIVE_INFINITY, step: Math.max }),
  ReduceMin: reducing({ start: Number.POSITIVE_INFINITY, step: Math.min }),
  ReduceProd: reducing({ start: 1, step: (sum, x) => sum * x, types: whole }),
  ReduceL1: reducing({ start: 0, step: (sum, x) => sum + Math.abs(x), types: whole }),
  ReduceL2: reducing({ start: 0, step: (sum, x) => sum + x * x, end: Math.sqrt, types: floats }),
  ReduceSumSquare: reducing({ start: 0, step: (sum, x) => sum + x * x, types: whole }),
  ReduceLogSum: reducing({ start: 0, step: add, end: Math.log, types: floats }),
  // The sum of exponentials is kept as its logarithm, so that great numbers do not overflow.
  ReduceLogSumExp: reducing({
    start: Number.NEGATIVE_INFINITY,
    step: (sum, x) => {
      const high = Math.max(sum, x)
      return Number.isFinite(high) ? high + Math.log1p(Math.exp(Math.min(sum, x) - high)) : high
    },
    types: floats,
  }),
  ArgMax: extreme((x, best) => x > best),
  ArgMin: extreme((x, best) => x < best),
  CumSum: cumSum,
  TopK: topK,
}
