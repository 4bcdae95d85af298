/**
 * Causal attention with grouped keys and values, and its gradient.
 *
 * There may be fewer query rows than key rows: the queries are then those of the last rows. So the last layer, whose
 * output is wanted for the answer only, skips the prompt's queries.
 */
import { exponential } from './exact.ts'
import { emptyLike, type Numbers } from './matrix.ts'
import type { Shape } from './parameters.ts'

export type Attention = {
  /** How much each query row looks at each key row: [heads, queryRows, keyRows], zero past the diagonal. */
  readonly weights: Numbers
  readonly output: Numbers
}

export function attend(query: Numbers, key: Numbers, value: Numbers, shape: Shape): Attention {
  const { heads, headSize, keyValueHeads } = shape
  const queryWidth = heads * headSize
  const keyWidth = keyValueHeads * headSize
  const queryRows = query.length / queryWidth
  const keyRows = key.length / keyWidth
  const firstRow = keyRows - queryRows
  const scale = 1 / Math.sqrt(headSize)
  const weights = emptyLike(query, heads * queryRows * keyRows)
  const output = emptyLike(query, query.length)

  for (let head = 0; head < heads; head++) {
    const keyOffset = Math.floor((head * keyValueHeads) / heads) * headSize
    for (let row = 0; row < queryRows; row++) {
      const visible = firstRow + row + 1
      const queryAt = row * queryWidth + head * headSize
      const weightAt = (head * queryRows + row) * keyRows
      let highest = Number.NEGATIVE_INFINITY
      for (let seen = 0; seen < visible; seen++) {
        const keyAt = seen * keyWidth + keyOffset
        let product = 0
        for (let index = 0; index < headSize; index++)
          product += query[queryAt + index]! * key[keyAt + index]!
        const score = product * scale
        weights[weightAt + seen] = score
        if (score > highest) highest = score
      }
      let total = 0
      for (let seen = 0; seen < visible; seen++) {
        const weight = exponential(weights[weightAt + seen]! - highest)
        weights[weightAt + seen] = weight
        total += weight
      }
      const share = 1 / total
      for (let seen = 0; seen < visible; seen++) {
        const weight = weights[weightAt + seen]! * share
        weights[weightAt + seen] = weight
        // Most weights are next to nothing: leaving those out changes no answer and saves half the time.
        if (weight < 1e-7) continue
        const valueAt = seen * keyWidth + keyOffset
        for (let index = 0; index < headSize; index++) {
          output[queryAt + index] = output[queryAt + index]! + weight * value[valueAt + index]!
        }
      }
    }
  }
  return { weights, output }
}

export type AttentionGradient = { readonly query: Numbers; readonly key: Numbers; readonly value: Numbers }

export function attendGradient(
  outputGradient: Numbers,
  { weights, output }: Attention,
  query: Numbers,
  key: Numbers,
  value: Numbers,
  shape: Shape,
): AttentionGradient {
  const { heads, headSize, keyValueHeads } = shape
  const queryWidth = heads * headSize
  const keyWidth = keyValueHeads * headSize
  const queryRows = query.length / queryWidth
  const keyRows = key.length / keyWidth
  const firstRow = keyRows - queryRows
  const scale = 1 / Math.sqrt(headSize)
  const gradient = {
    query: emptyLike(query, query.length),
    key: emptyLike(key, key.length),
    value: emptyLike(value, value.length),
  }

  for (let head = 0; head < heads; head++) {
    const keyOffset = Math.floor((head * keyValueHeads) / heads) * headSize
    for (let row = 0; row < queryRows; row++) {
      const queryAt = row * queryWidth + head * headSize
      const weightAt = (head * queryRows + row) * keyRows
      // The softmax's slope needs the mean of the values' slopes, which is the output's slope along itself.
      let mean = 0
      for (let index = 0; index < headSize; index++) {
        mean += outputGradient[queryAt + index]! * output[queryAt + index]!
      }
      for (let seen = 0; seen <= firstRow + row; seen++) {
        const weight = weights[weightAt + seen]!
        if (weight < 1e-7) continue
        const keyAt = seen * keyWidth + keyOffset
        let slope = 0
        for (let index = 0; index < headSize; index++) {
          const outputSlope = outputGradient[queryAt + index]!
          slope += outputSlope * value[keyAt + index]!
          gradient.value[keyAt + index] = gradient.value[keyAt + index]! + weight * outputSlope
        }
        const scoreSlope = weight * (slope - mean) * scale
        for (let index = 0; index < headSize; index++) {
          gradient.query[queryAt + index] =
            gradient.query[queryAt + index]! + scoreSlope * key[keyAt + index]!
          gradient.key[keyAt + index] = gradient.key[keyAt + index]! + scoreSlope * query[queryAt + index]!
        }
      }
    }
  }
  return gradient
}
