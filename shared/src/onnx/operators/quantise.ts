/** Between floats and the integers that stand for them: QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear, Cast. */
import { elementTypeOf, float16Type } from '../data-type.ts'
import { type Dims, type ElementType, sizeOf, type Value } from '../tensor.ts'
import { mustBeWhole, roundEven } from './elementwise.ts'
import { axisOf, type NodeContext, numbers, type Operator, oneOf } from './operator.ts'

type Blocks = { readonly inner: number; readonly channels: number }

/** How the scales lie over the tensor: one for all, or one for each place along the axis. */
function blocks(node: NodeContext, dims: Dims, scale: Dims, zero: Dims | undefined): Blocks {
  if (node.int('block_size', 0) !== 0) node.fail('scales by block are not supported')
  if (zero && !zero.includes(-1) && !scale.includes(-1) && sizeOf(zero) !== sizeOf(scale))
    node.fail('its zero point has not the shape of its scale')
  if (scale.length > 1 || (zero && zero.length > 1)) node.fail('its scale has more than one dimension')
  if (scale.length === 0 || (scale[0] === 1 && dims.length === 0)) return { inner: 1, channels: 1 }
  if (scale[0] === 1) return { inner: 1, channels: 1 }
  const axis = axisOf(node, node.int('axis', 1), dims.length)
  const length = dims[axis] as number
  if (length !== scale[0] && length !== -1 && scale[0] !== -1)
    node.fail(`has ${scale[0]} scales for ${length} places`)
  return { inner: sizeOf(dims.slice(axis + 1)), channels: length }
}

const dequantize: Operator = {
  inputs: [2, 3],
  build: (node) => {
    const x = oneOf(node, 0, ['int8', 'uint8', 'int32'])
    const scale = oneOf(node, 1, ['float32'])
    const zero = node.inputs[2] && oneOf(node, 2, [x.type])
    let layout: Blocks = { inner: 1, channels: 1 }
    return {
      types: ['float32'],
      shape: ([dims, scales, zeros]) => {
        layout = blocks(node, dims as Dims, scales as Dims, zeros)
        return [dims as Dims]
      },
      run: ([out]) => {
        const { inner, channels } = layout
        const to = (out as Value).data
        for (let at = 0, channel = 0; at < x.size; channel = (channel + 1) % channels) {
          const by = scale.data[channel] as number
          const from = zero ? (zero.data[channel] as number) : 0
          const end = channels === 1 ? x.size : at + inner
          for (; at < end; at++) to[at] = ((x.data[at] as number) - from) * by
        }
      },
    }
  },
}

const quantize: Operator = {
  inputs: [2, 3],
  build: (node) => {
    const x = oneOf(node, 0, ['float32', 'int32'])
    const scale = oneOf(node, 1, ['float32'])
    const zero = node.inputs[2] && oneOf(node, 2, ['int8', 'uint8'])
    const asked = node.opset >= 21 ? node.int('output_dtype', 0) : 0
    const type = zero?.type ?? (asked === 0 ? 'uint8' : elementTypeOf(asked))
    if (
      (type !== 'int8' && type !== 'uint8') ||
      (zero && asked !== 0 && elementTypeOf(asked) !== zero.type)
    ) {
      return node.fail('writes only int8 and uint8')
    }
    const [low, high] = type === 'int8' ? [-128, 127] : [0, 255]
    let layout: Blocks = { inner: 1, channels: 1 }
    return {
      types: [type],
      shape: ([dims, scales, zeros]) => {
        layout = blocks(node, dims as Dims, scales as Dims, zeros)
        return [dims as Dims]
      },
      run: ([out]) => {
        const { inner, channels } = layout
        const to = (out as Value).data
        for (let at = 0, channel = 0; at < x.size; channel = (channel + 1) % channels) {
          const by = scale.data[channel] as number
          const from = zero ? (zero.data[channel] as number) : 0
          const end = channels === 1 ? x.size : at + inner
          for (; at < end; at++) {
            // The quotient is a float32 by the specification: in double precision some halves would round the other way.
            const level = roundEven(Math.fround((x.data[at] as number) / by)) + from
            to[at] = Math.min(Math.max(level, low), high)
          }
        }
      },
    }
  },
}

const dynamicQuantize: Operator = {
  inputs: [1, 1],
  outputs: [3, 3],
  build: (node) => {
    const x = oneOf(node, 0, ['float32'])
    return {
      types: ['uint8', 'float32', 'uint8'],
      shape: ([dims]) => [dims as Dims, [], []],
      run: ([out, scale, zero]) => {
        let low = 0
        let high = 0
        for (let i = 0; i < x.size; i++) {
          const value = x.data[i] as number
          if (value < low) low = value
          else if (value > high) high = value
        }
        const by = Math.fround((high - low) / 255) || 1
        const from = Math.min(255, Math.max(0, roundEven(Math.fround(-low / by))))
        for (let i = 0; i < x.size; i++) {
          const level = roundEven(Math.fround((x.data[i] as number) / by)) + from
          ;(out as Value).data[i] = Math.min(Math.max(level, 0), 255)
        }
        ;(scale as Value).data[0] = by
        ;(zero as Value).data[0] = from
      },
    }
  },
}

const cast: Operator = {
  inputs: [1, 1],
  build: (node) => {
    const x = oneOf(node, 0, [...numbers, 'bool'])
    const to = node.int('to', 0)
    // Halves are widened where they come in. Rounding to them in the middle of a model is something else.
    const type: ElementType =
      (to === float16Type ? null : elementTypeOf(to)) ?? node.fail('casts to an unsupported type')
    const fromFloat = x.type === 'float32' || x.type === 'float64'
    const cut = fromFloat && type !== 'float32' && type !== 'float64'
    return {
      types: [type],
      shape: ([dims]) => [dims as Dims],
      run: ([out]) => {
        const into = (out as Value).data
        if (type === 'bool') for (let i = 0; i < x.size; i++) into[i] = x.data[i] === 0 ? 0 : 1
        else if (cut) for (let i = 0; i < x.size; i++) into[i] = Math.trunc(x.data[i] as number)
        else for (let i = 0; i < x.size; i++) into[i] = x.data[i] as number
        if (type === 'int64') mustBeWhole(out as Value)
      },
    }
  },
}

export const quantisations: Readonly<Record<string, Operator>> = {
  DequantizeLinear: dequantize,
  QuantizeLinear: quantize,
  DynamicQuantizeLinear: dynamicQuantize,
  Cast: cast,
}
