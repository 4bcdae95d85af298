/** Softmax, LogSoftmax and LayerNormalization: statistics along axes, in double precision. */

import { type Dims, sizeOf, type Value } from '../tensor.ts'
import { axisOf, floats, type Operator, oneOf } from './operator.ts'

function softmax(logarithm: boolean): Operator {
  return {
    inputs: [1, 1],
    build: (node) => {
      const x = oneOf(node, 0, floats)
      let [outer, length, inner] = [0, 0, 0]
      return {
        types: [x.type],
        shape: ([given]) => {
          const dims = given as Dims
          const axis = axisOf(node, node.int('axis', -1), dims.length)
          outer = sizeOf(dims.slice(0, axis))
          length = dims[axis] as number
          inner = sizeOf(dims.slice(axis + 1))
          return [dims]
        },
        run: ([out]) => {
          const from = x.data
          const to = (out as Value).data
          for (let o = 0; o < outer; o++) {
            for (let i = 0; i < inner; i++) {
              const first = o * length * inner + i
              const end = first + length * inner
              let high = Number.NEGATIVE_INFINITY
              for (let at = first; at < end; at += inner)
                if ((from[at] as number) > high) high = from[at] as number
              let sum = 0
              for (let at = first; at < end; at += inner) {
                const power = Math.exp((from[at] as number) - high)
                sum += power
                if (!logarithm) to[at] = power
              }
              const shift = high + Math.log(sum)
              for (let at = first; at < end; at += inner) {
                to[at] = logarithm ? (from[at] as number) - shift : (to[at] as number) / sum
              }
            }
          }
        },
      }
    },
  }
}

const layerNormalization: Operator = {
  inputs: [2, 3],
  outputs: [1, 3],
  since: 17,
  build: (node) => {
    const x = oneOf(node, 0, floats)
    const scale = oneOf(node, 1, [x.type])
    const bias = node.inputs[2] && oneOf(node, 2, [x.type])
    const epsilon = node.float('epsilon', 1e-5)
    let [outer, length] = [0, 0]
    return {
      types: [x.type, 'float32', 'float32'],
      shape: ([given, ...parts]) => {
        const dims = given as Dims
        const axis = axisOf(node, node.int('axis', -1), dims.length)
        outer = sizeOf(dims.slice(0, axis))
        const normal = dims.slice(axis)
        length = sizeOf(normal)
        for (const part of parts) {
          if (!part || normal.includes(-1) || part.includes(-1)) continue
          const fits =
            part.length <= normal.length && part.every((dim, i) => dim === normal.at(i - part.length))
          if (!fits && sizeOf(part) !== 1)
            node.fail('its scale or bias does not have the shape of what it normalises')
          if (sizeOf(part) !== 1 && sizeOf(part) !== length)
            node.fail('its scale or bias is smaller than what it normalises')
        }
        const statistics = dims.map((dim, each) => (each < axis ? dim : 1))
        return [dims, statistics, statistics]
      },
      run: ([out, means, deviations]) => {
        const to = (out as Value).data
        const one = scale.size === 1
        const oneBias = bias?.size === 1
        for (let o = 0; o < outer; o++) {
          const first = o * length
          let mean = 0
          for (let i = 0; i < length; i++) mean += x.data[first + i] as number
          mean /= length
          let variance = 0
          for (let i = 0; i < length; i++) {
            const distance = (x.data[first + i] as number) - mean
            variance += distance * distance
          }
          const inverse = 1 / Math.sqrt(variance / length + epsilon)
          for (let i = 0; i < length; i++) {
            const normal =
              ((x.data[first + i] as number) - mean) * inverse * (scale.data[one ? 0 : i] as number)
            to[first + i] = bias ? normal + (bias.data[oneBias ? 0 : i] as number) : normal
          }
          if (means) means.data[o] = mean
          if (deviations) deviations.data[o] = inverse
        }
      },
    }
  },
}

export const normalisations: Readonly<Record<string, Operator>> = {
  Softmax: softmax(false),
  LogSoftmax: softmax(true),
  LayerNormalization: layerNormalization,
}
