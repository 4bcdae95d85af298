/** Operators that only move elements: Transpose, Slice, Expand, Tile, Concat, Split and the ones that rename dimensions. */

import { type Dims, sizeOf, type Value } from '../tensor.ts'
import {
  axisOf,
  contents,
  integers,
  type Kernel,
  type NodeContext,
  type Operator,
  oneOf,
} from './operator.ts'
import { broadcast, rowMajor, stridesOver, walkOf } from './walk.ts'

type View = {
  readonly over: Dims
  readonly strides: readonly number[]
  readonly base?: number
  readonly dims?: Dims
}

/** A copy of the input as a view crosses it. */
function viewing(node: NodeContext, look: (dims: Dims) => View | null, reads: readonly number[]): Kernel {
  const x = node.input(0)
  let walk = walkOf([], [[]])
  return {
    types: [x.type],
    reads,
    shape: ([dims]) => {
      const view = look(dims as Dims)
      if (view === null) return null
      if (!view.over.includes(-1) && !(dims as Dims).includes(-1))
        walk = walkOf(view.over, [view.strides], [view.base ?? 0])
      return [view.dims ?? view.over]
    },
    run: ([out]) => {
      if (!walk.start()) return
      const to = (out as Value).data
      const [step = 0] = walk.steps
      let at = 0
      do {
        let from = walk.offsets[0] as number
        for (let i = 0; i < walk.row; i++, from += step) to[at++] = x.data[from] as number
      } while (walk.next())
    },
  }
}

const transpose: Operator = {
  inputs: [1, 1],
  build: (node) =>
    viewing(
      node,
      (dims) => {
        const order = node.ints('perm') ?? dims.map((_, axis) => dims.length - 1 - axis)
        if (order.length !== dims.length || dims.some((_, axis) => !order.includes(axis)))
          node.fail('its perm is no permutation of the axes')
        const strides = rowMajor(dims)
        return {
          over: order.map((axis) => dims[axis] as number),
          strides: order.map((axis) => strides[axis] as number),
        }
      },
      [],
    ),
}

const expand: Operator = {
  inputs: [2, 2],
  build: (node) => {
    const wanted = oneOf(node, 1, ['int64'])
    return viewing(
      node,
      (dims) => {
        const asked = contents(wanted)
        if (asked.some((dim) => dim < 0)) node.fail('expands to a negative dimension')
        const over = broadcast(dims, asked) ?? node.fail('cannot expand its input to that shape')
        return { over, strides: stridesOver(dims, over) }
      },
      [1],
    )
  },
}

const tile: Operator = {
  inputs: [2, 2],
  build: (node) => {
    const wanted = oneOf(node, 1, ['int64'])
    return viewing(
      node,
      (dims) => {
        const times = contents(wanted)
        if (times.length !== dims.length || times.some((time) => time < 0))
          node.fail('needs one repeat for each dimension')
        const strides = rowMajor(dims)
        return {
          dims: dims.map((dim, axis) => (dim === -1 ? -1 : dim * (times[axis] as number))),
          over: dims.flatMap((dim, axis) => [times[axis] as number, dim]),
          strides: strides.flatMap((stride) => [0, stride]),
        }
      },
      [1],
    )
  },
}

const slice: Operator = {
  inputs: [3, 5],
  build: (node) => {
    const lists = [1, 2, 3, 4].map((index) => node.inputs[index] && oneOf(node, index, integers))
    const reads = [1, 2, 3, 4].filter((index) => node.inputs[index])
    return viewing(
      node,
      (dims) => {
        const [starts = [], ends = [], givenAxes, givenSteps] = lists.map((list) => list && contents(list))
        const axes = (givenAxes ?? starts.map((_, axis) => axis)).map((axis) =>
          axisOf(node, axis, dims.length),
        )
        const steps = givenSteps ?? starts.map(() => 1)
        if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length)
          node.fail('its starts, ends, axes and steps are not of one length')
        if (new Set(axes).size !== axes.length) node.fail('names an axis twice')
        const over = [...dims]
        const strides = rowMajor(dims)
        let base = 0
        for (const [index, axis] of axes.entries()) {
          const step = steps[index] as number
          const dim = dims[axis] as number
          if (step === 0) node.fail('steps by zero')
          if (dim === -1) continue
          const [low, high] = step > 0 ? [0, dim] : [-1, dim - 1]
          const clamped = (at: number): number => Math.min(Math.max(at < 0 ? at + dim : at, low), high)
          const first = clamped(starts[index] as number)
          over[axis] = Math.max(0, Math.ceil((clamped(ends[index] as number) - first) / step))
          base += Math.max(0, first) * (strides[axis] as number)
          strides[axis] = (strides[axis] as number) * step
        }
        return { over, strides, base }
      },
      reads,
    )
  },
}

const concat: Operator = {
  inputs: [1, 2 ** 10],
  build: (node) => {
    const inputs = node.inputs.map((_, index) => node.input(index))
    const type = node.input(0).type
    if (inputs.some((input) => input.type !== type)) node.fail('its inputs are not of one type')
    let axis = 0
    return {
      types: [type],
      shape: (all) => {
        const first = all[0] as Dims
        axis = axisOf(node, node.int('axis', first.length), first.length)
        const dims = [...first]
        for (const each of all.slice(1) as Dims[]) {
          if (each.length !== first.length) node.fail('its inputs have different numbers of dimensions')
          for (const [at, dim] of each.entries()) {
            const had = dims[at] as number
            if (at === axis) dims[at] = had === -1 || dim === -1 ? -1 : had + dim
            else if (had === -1) dims[at] = dim
            else if (dim !== had && dim !== -1) node.fail('its inputs have different shapes beside the axis')
          }
        }
        return [dims]
      },
      run: ([out]) => {
        const { data, dims } = out as Value
        const outer = sizeOf(dims.slice(0, axis))
        for (let o = 0, at = 0; o < outer; o++) {
          for (const { data: from, size } of inputs) {
            const chunk = size / outer
            for (let i = o * chunk; i < (o + 1) * chunk; i++) data[at++] = from[i] as number
          }
        }
      },
    }
  },
}

const split: Operator = {
  inputs: [1, 2],
  outputs: [1, 2 ** 10],
  build: (node) => {
    const x = node.input(0)
    const parts = node.inputs[1] && oneOf(node, 1, ['int64'])
    const count = node.outputs
    if (node.opset >= 18 && !parts && node.int('num_outputs', count) !== count)
      node.fail('has not the outputs that it announces')
    let axis = 0
    return {
      types: new Array(count).fill(x.type),
      reads: parts ? [1] : [],
      shape: ([given]) => {
        const dims = given as Dims
        axis = axisOf(node, node.int('axis', 0), dims.length)
        const length = dims[axis] as number
        const chunk = Math.ceil(length / count)
        if (!parts && length !== -1 && node.opset < 18 && length % count !== 0)
          node.fail(`cannot split ${length} into ${count} equal parts`)
        const sizes = parts
          ? contents(parts)
          : Array.from({ length: count }, (_, i) =>
              length === -1 ? -1 : Math.max(0, Math.min(chunk, length - i * chunk)),
            )
        const sum = sizes.reduce((total, size) => total + size, 0)
        if (sizes.length !== count || (length !== -1 && (sum !== length || sizes.some((size) => size < 0))))
          node.fail('its parts do not make up its input')
        return sizes.map((size) => dims.map((dim, each) => (each === axis ? size : dim)))
      },
      run: (outputs) => {
        const inner = sizeOf(x.dims.slice(axis + 1))
        const outer = sizeOf(x.dims.slice(0, axis))
        let at = 0
        for (let o = 0; o < outer; o++) {
          for (const { data, dims } of outputs) {
            const chunk = (dims[axis] as number) * inner
            for (let i = 0; i < chunk; i++) data[o * chunk + i] = x.data[at++] as number
          }
        }
      },
    }
  },
}

export const movements: Readonly<Record<string, Operator>> = {
  Transpose: transpose,
  Expand: expand,
  Tile: tile,
  Slice: slice,
  Concat: concat,
  Split: split,
}
