/** Operators that take and put elements by index: Gather, GatherElements, ScatterElements. */

import { badModel, type Dims, sizeOf, type Value } from '../tensor.ts'
import { axisOf, integers, type NodeContext, type Operator, oneOf } from './operator.ts'
import { rowMajor } from './walk.ts'

/** Counted from the front; an index outside, or no whole number, is a fault of the input and never a wrong row. */
export function indexOf(given: number, length: number): number {
  const index = given < 0 ? given + length : given
  if (!(index >= 0 && index < length) || index !== Math.floor(index)) {
    throw badModel(`the index ${given} is outside a dimension of ${length}`)
  }
  return index
}

const gather: Operator = {
  inputs: [2, 2],
  build: (node) => {
    const x = node.input(0)
    const indices = oneOf(node, 1, integers)
    let [outer, length, inner] = [0, 0, 0]
    return {
      types: [x.type],
      shape: ([given, at]) => {
        const dims = given as Dims
        const axis = axisOf(node, node.int('axis', 0), dims.length)
        length = dims[axis] as number
        outer = sizeOf(dims.slice(0, axis))
        inner = sizeOf(dims.slice(axis + 1))
        return [[...dims.slice(0, axis), ...(at as Dims), ...dims.slice(axis + 1)]]
      },
      run: ([out]) => {
        const to = (out as Value).data
        const from = x.data
        let at = 0
        for (let o = 0; o < outer; o++) {
          for (let i = 0; i < indices.size; i++) {
            let row = (o * length + indexOf(indices.data[i] as number, length)) * inner
            for (const end = row + inner; row < end; row++) to[at++] = from[row] as number
          }
        }
      },
    }
  },
}

/** Calls back with the place of each index in the indices' own tensor and in the other one. */
function eachPlace(
  indices: Value,
  dims: Dims,
  axis: number,
  visit: (own: number, other: number) => void,
): void {
  const strides = rowMajor(dims)
  const counters = new Array<number>(dims.length).fill(0)
  for (let own = 0; own < indices.size; own++) {
    let other = 0
    for (let each = 0; each < dims.length; each++) {
      const index =
        each === axis
          ? indexOf(indices.data[own] as number, dims[axis] as number)
          : (counters[each] as number)
      other += index * (strides[each] as number)
    }
    visit(own, other)
    for (let each = dims.length - 1; each >= 0; each--) {
      counters[each] = (counters[each] as number) + 1
      if (counters[each] !== indices.dims[each]) break
      counters[each] = 0
    }
  }
}

function mustLieWithin(node: NodeContext, inner: Dims, outer: Dims, axis: number): void {
  if (inner.length !== outer.length) node.fail('its indices have another number of dimensions than its data')
  for (const [each, dim] of inner.entries()) {
    const most = outer[each] as number
    if (each !== axis && dim !== -1 && most !== -1 && dim > most)
      node.fail('its indices reach beyond its data')
  }
}

const gatherElements: Operator = {
  inputs: [2, 2],
  build: (node) => {
    const x = node.input(0)
    const indices = oneOf(node, 1, integers)
    let axis = 0
    return {
      types: [x.type],
      shape: ([dims, at]) => {
        axis = axisOf(node, node.int('axis', 0), (dims as Dims).length)
        mustLieWithin(node, at as Dims, dims as Dims, axis)
        return [at as Dims]
      },
      run: ([out]) => {
        const to = (out as Value).data
        eachPlace(indices, x.dims, axis, (own, other) => {
          to[own] = x.data[other] as number
        })
      },
    }
  },
}

const joins: Readonly<Record<string, (old: number, update: number) => number>> = {
  none: (_, update) => update,
  add: (old, update) => old + update,
  mul: (old, update) => old * update,
  max: Math.max,
  min: Math.min,
}

const scatterElements: Operator = {
  inputs: [3, 3],
  build: (node) => {
    const x = node.input(0)
    const indices = oneOf(node, 1, integers)
    const updates = oneOf(node, 2, [x.type])
    const reduction = node.text('reduction', 'none')
    const join = Object.hasOwn(joins, reduction) ? joins[reduction] : undefined
    if (!join) return node.fail(`reduces by '${reduction}', which is unknown`)
    let axis = 0
    return {
      types: [x.type],
      shape: ([dims, at, more]) => {
        axis = axisOf(node, node.int('axis', 0), (dims as Dims).length)
        mustLieWithin(node, at as Dims, dims as Dims, axis)
        const differ = (more as Dims).some(
          (dim, each) => dim !== -1 && (at as Dims)[each] !== -1 && dim !== (at as Dims)[each],
        )
        if ((more as Dims).length !== (at as Dims).length || differ)
          node.fail('its updates have not the shape of its indices')
        return [dims as Dims]
      },
      run: ([out]) => {
        const to = (out as Value).data
        for (let i = 0; i < x.size; i++) to[i] = x.data[i] as number
        eachPlace(indices, x.dims, axis, (own, other) => {
          to[other] = join(to[other] as number, updates.data[own] as number)
        })
      },
    }
  },
}

export const gathers: Readonly<Record<string, Operator>> = {
  Gather: gather,
  GatherElements: gatherElements,
  ScatterElements: scatterElements,
}
