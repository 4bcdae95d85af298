/** Operators that rename dimensions and leave the elements where they are, and those that make tensors out of shapes. */

import type { Tensor } from '../tensor.ts'
import { badModel, type Dims, type ElementType, sizeOf, type Value } from '../tensor.ts'
import { axisOf, contents, type NodeContext, numbers, type Operator, oneOf } from './operator.ts'

function renaming(
  inputs: readonly [number, number],
  rename: (node: NodeContext, dims: Dims) => Dims,
): Operator {
  return {
    inputs,
    build: (node) => ({
      types: [node.input(0).type],
      alias: true,
      reads: node.inputs[1] ? [1] : [],
      shape: ([dims]) => {
        const to = rename(node, dims as Dims)
        const known = !to.includes(-1) && !(dims as Dims).includes(-1)
        if (known && sizeOf(to) !== sizeOf(dims as Dims)) node.fail(`cannot take [${dims}] for [${to}]`)
        return [to]
      },
      run: () => {},
    }),
  }
}

function reshaped(node: NodeContext, dims: Dims): Dims {
  const asked = contents(oneOf(node, 1, ['int64']))
  const zeroIsZero = node.opset >= 14 && node.int('allowzero', 0) !== 0
  const to = asked.map((dim, axis) => {
    if (dim !== 0 || zeroIsZero) return dim
    return dims[axis] ?? node.fail('keeps a dimension that its input does not have')
  })
  const open = asked.flatMap((dim, axis) => (dim === -1 ? [axis] : []))
  if (open.length > 1 || asked.some((dim) => dim < -1)) node.fail(`cannot take the shape [${asked}]`)
  if (open.length === 0 || dims.includes(-1)) return to
  const rest = sizeOf(to.filter((_, axis) => axis !== open[0]))
  const size = sizeOf(dims)
  if (rest === 0 || size % rest !== 0) node.fail(`cannot take [${dims}] for [${asked}]`)
  return to.with(open[0] as number, size / rest)
}

function axesIn(node: NodeContext, rank: number): number[] {
  const axes = contents(oneOf(node, 1, ['int64'])).map((axis) => axisOf(node, axis, rank))
  if (new Set(axes).size !== axes.length) node.fail('names an axis twice')
  return axes
}

function squeezed(node: NodeContext, dims: Dims): Dims {
  const axes = node.inputs[1] ? axesIn(node, dims.length) : null
  if (axes?.some((axis) => dims[axis] !== 1 && dims[axis] !== -1))
    node.fail('squeezes a dimension that is not 1')
  if (axes === null && dims.includes(-1))
    node.fail('squeezes a shape that is only known when the model runs: name the axes')
  return dims.filter((dim, axis) => (axes ? !axes.includes(axis) : dim !== 1))
}

function unsqueezed(node: NodeContext, dims: Dims): Dims {
  const value = oneOf(node, 1, ['int64'])
  const rank = dims.length + value.size
  const axes = axesIn(node, rank)
  const rest = [...dims]
  return Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (rest.shift() as number)))
}

function flattened(node: NodeContext, dims: Dims): Dims {
  const axis = node.int('axis', 1)
  if (axis < -dims.length || axis > dims.length)
    node.fail(`the axis ${axis} is outside a tensor of ${dims.length} dimensions`)
  const at = axis < 0 ? axis + dims.length : axis
  return [dims.slice(0, at), dims.slice(at)].map((part) => (part.includes(-1) ? -1 : sizeOf(part)))
}

const shape: Operator = {
  inputs: [1, 1],
  build: (node) => {
    const x = node.input(0)
    const part = (dims: Dims): Dims => {
      const end = node.attribute('end') === undefined ? dims.length : node.int('end', 0)
      return dims.slice(node.int('start', 0), end)
    }
    return {
      types: ['int64'],
      ofShape: true,
      shape: ([dims]) => [[part(dims as Dims).length]],
      run: ([out]) => (out as Value).data.set(part(x.dims)),
    }
  },
}

const size: Operator = {
  inputs: [1, 1],
  build: (node) => {
    const x = node.input(0)
    return {
      types: ['int64'],
      ofShape: true,
      shape: () => [[]],
      run: ([out]) => {
        ;(out as Value).data[0] = x.size
      },
    }
  },
}

const constantOfShape: Operator = {
  inputs: [1, 1],
  build: (node) => {
    const wanted = oneOf(node, 0, ['int64'])
    const value = node.attribute('value')
    const tensor = typeof value === 'object' && 'data' in value ? value : null
    if (value !== undefined && tensor?.data.length !== 1) node.fail('its value is no tensor of one element')
    const type: ElementType = tensor?.type ?? 'float32'
    return {
      types: [type],
      reads: [0],
      shape: () => {
        const dims = contents(wanted)
        if (dims.some((dim) => dim < 0)) node.fail('makes a tensor of a negative dimension')
        return [dims]
      },
      run: ([out]) => {
        ;(out as Value).data.fill(tensor?.data[0] ?? 0, 0, (out as Value).size)
      },
    }
  },
}

const range: Operator = {
  inputs: [3, 3],
  build: (node) => {
    const [start, limit, delta] = [0, 1, 2].map((index) => oneOf(node, index, numbers)) as [
      Value,
      Value,
      Value,
    ]
    if (limit.type !== start.type || delta.type !== start.type) node.fail('its inputs are not of one type')
    return {
      types: [start.type],
      reads: [0, 1, 2],
      shape: () => {
        const count = Math.ceil(
          ((limit.data[0] as number) - (start.data[0] as number)) / (delta.data[0] as number),
        )
        if (!Number.isFinite(count)) node.fail('never reaches its end')
        return [[Math.max(0, count)]]
      },
      run: ([out]) => {
        const { data, size: length } = out as Value
        for (let i = 0; i < length; i++) data[i] = (start.data[0] as number) + i * (delta.data[0] as number)
      },
    }
  },
}

/** The tensor of a Constant node. */
export function constantOf(node: NodeContext): Tensor {
  const value = node.attribute('value')
  if (typeof value === 'object' && 'data' in value) return value
  const float = node.attribute('value_float') !== undefined
  const int = node.attribute('value_int') !== undefined
  if (float) return { type: 'float32', dims: [], data: Float32Array.of(node.float('value_float', 0)) }
  if (int) return { type: 'int64', dims: [], data: Float64Array.of(node.int('value_int', 0)) }
  const list = node.ints('value_floats')
  if (list) return { type: 'float32', dims: [list.length], data: Float32Array.from(list) }
  const whole = node.ints('value_ints')
  if (whole) return { type: 'int64', dims: [whole.length], data: Float64Array.from(whole) }
  throw badModel('a Constant has no value of a supported type')
}

export const reshapes: Readonly<Record<string, Operator>> = {
  Identity: renaming([1, 1], (_, dims) => dims),
  Reshape: renaming([2, 2], reshaped),
  Squeeze: renaming([1, 2], squeezed),
  Unsqueeze: renaming([2, 2], unsqueezed),
  Flatten: renaming([1, 1], flattened),
  Shape: shape,
  Size: size,
  ConstantOfShape: constantOfShape,
  Range: range,
}
