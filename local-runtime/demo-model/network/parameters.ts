/**
 * The shape of the network and the memory that holds its weights.
 *
 * All weights lie in one array, so that the optimiser sees a single long vector and never asks what a number is for;
 * the rest of the code reads them through named views. Gradients have the same layout. Matrices are kept as
 * [outputs, inputs], one row for each output.
 */
import type { Numbers } from './matrix.ts'
import { normal, type Random } from './random.ts'

/** A Llama: RMSNorm, rotary positions, grouped-query causal attention, SwiGLU, one embedding for both ends. */
export type Shape = {
  readonly vocabulary: number
  readonly hidden: number
  readonly layers: number
  readonly heads: number
  /** How many heads have keys and values of their own; divides `heads`. */
  readonly keyValueHeads: number
  readonly headSize: number
  readonly feedForward: number
  readonly contextTokens: number
  /** Natural logarithm of the rotary base. */
  readonly lnRopeBase: number
  readonly normEpsilon: number
}

export type LayerParameters = {
  readonly attentionNorm: Numbers
  readonly query: Numbers
  readonly key: Numbers
  readonly value: Numbers
  readonly attentionOutput: Numbers
  readonly feedForwardNorm: Numbers
  readonly gate: Numbers
  readonly up: Numbers
  readonly down: Numbers
}

export type Parameters = {
  readonly all: Numbers
  readonly embedding: Numbers
  readonly layers: readonly LayerParameters[]
  readonly finalNorm: Numbers
}

/** Views over zeros. Pass `Float64Array` where rounding would hide what is being measured. */
export function zeroParameters(
  shape: Shape,
  storage: new (length: number) => Numbers = Float32Array,
): Parameters {
  const queryWidth = shape.heads * shape.headSize
  const keyValueWidth = shape.keyValueHeads * shape.headSize
  for (const width of [shape.vocabulary, shape.hidden, queryWidth, keyValueWidth, shape.feedForward]) {
    if (width % 4 !== 0)
      throw new RangeError(`every width is a multiple of 4 (see matrix.ts), but one is ${width}`)
  }
  const layerLength =
    2 * shape.hidden * (queryWidth + keyValueWidth) + 3 * shape.hidden * shape.feedForward + 2 * shape.hidden
  const all = new storage(shape.vocabulary * shape.hidden + shape.layers * layerLength + shape.hidden)

  let taken = 0
  const take = (length: number): Numbers => {
    taken += length
    return all.subarray(taken - length, taken)
  }
  const embedding = take(shape.vocabulary * shape.hidden)
  const layers = Array.from({ length: shape.layers }, () => ({
    attentionNorm: take(shape.hidden),
    query: take(queryWidth * shape.hidden),
    key: take(keyValueWidth * shape.hidden),
    value: take(keyValueWidth * shape.hidden),
    attentionOutput: take(shape.hidden * queryWidth),
    feedForwardNorm: take(shape.hidden),
    gate: take(shape.feedForward * shape.hidden),
    up: take(shape.feedForward * shape.hidden),
    down: take(shape.hidden * shape.feedForward),
  }))
  return { all, embedding, layers, finalNorm: take(shape.hidden) }
}

/** The weights before the first step: norms at one, matrices small and random, the residual branches smaller. */
export function initialParameters(
  shape: Shape,
  random: Random,
  storage: new (length: number) => Numbers = Float32Array,
): Parameters {
  const parameters = zeroParameters(shape, storage)
  const fill = (matrix: Numbers, deviation: number): void => {
    for (let index = 0; index < matrix.length; index++) matrix[index] = deviation * normal(random)
  }
  const inputDeviation = 1 / Math.sqrt(shape.hidden)
  const branchDeviation = 1 / Math.sqrt(2 * shape.layers)

  fill(parameters.embedding, inputDeviation)
  for (const layer of parameters.layers) {
    layer.attentionNorm.fill(1)
    layer.feedForwardNorm.fill(1)
    for (const matrix of [layer.query, layer.key, layer.value, layer.gate, layer.up])
      fill(matrix, inputDeviation)
    fill(layer.attentionOutput, branchDeviation / Math.sqrt(shape.heads * shape.headSize))
    fill(layer.down, branchDeviation / Math.sqrt(shape.feedForward))
  }
  parameters.finalNorm.fill(1)
  return parameters
}
