/** Weights as int8: each column by its own step, so that its largest weight is 127. */
import type { LinearHead } from '@nearside/core'

export function quantise(weights: Float32Array, columns: number, bucketMask: number): LinearHead {
  const scales = new Float32Array(columns)
  for (let i = 0; i < weights.length; i++) {
    const column = i % columns
    scales[column] = Math.max(scales[column]!, Math.abs(weights[i]!))
  }
  for (let k = 0; k < columns; k++) scales[k] = scales[k]! / 127
  const steps = Int8Array.from(weights, (weight, i) => Math.round(weight / (scales[i % columns]! || 1)))
  return { columns, bucketMask, scales, weights: steps }
}
