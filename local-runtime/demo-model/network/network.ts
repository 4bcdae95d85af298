/**
 * One pass through the network, forwards and back.
 *
 * Only the answer is learnt, never the prompt, so the loss starts at row `from` and the last layer computes queries
 * and feed-forward for those rows alone. A pass allocates what it needs and keeps it for the way back: sequences are
 * short, and code without a shared workspace can be read from top to bottom.
 */
import { type Attention, attend, attendGradient } from './attention.ts'
import { exponential } from './exact.ts'
import {
  addLeftRight,
  addLeftRightTransposed,
  addLeftTransposedRight,
  emptyLike,
  type Numbers,
} from './matrix.ts'
import { type Normed, norm, normGradient } from './norm.ts'
import type { LayerParameters, Parameters, Shape } from './parameters.ts'
import { type RotaryTable, rotate } from './rotary.ts'

export type Network = {
  readonly shape: Shape
  readonly parameters: Parameters
  readonly rotary: RotaryTable
}

export type Sequence = {
  /** The prompt, then the answer. */
  readonly tokens: Int32Array
  /** Where each token stands; the plain order unless training leaves a gap. */
  readonly positions: Int32Array
  /** The first row whose next token is wanted. */
  readonly from: number
}

/** What a layer did, kept for its gradient. `rows` are the last rows: those whose output is wanted. */
type LayerTrace = {
  readonly input: Numbers
  readonly attentionNormed: Normed
  readonly query: Numbers
  readonly key: Numbers
  readonly value: Numbers
  readonly attention: Attention
  readonly middle: Numbers
  readonly feedForwardNormed: Normed
  readonly gate: Numbers
  readonly up: Numbers
  readonly product: Numbers
}

export type Pass = {
  /** [rows from `from`, vocabulary] */
  readonly logits: Numbers
  readonly sequence: Sequence
  readonly layers: readonly LayerTrace[]
  readonly output: Numbers
  readonly normed: Normed
}

export function forward(network: Network, sequence: Sequence): Pass {
  const { shape, parameters } = network
  let flow = embed(sequence.tokens, parameters.embedding, shape.hidden)
  const layers: LayerTrace[] = []
  for (const [index, layer] of parameters.layers.entries()) {
    const firstRow = index === shape.layers - 1 ? sequence.from : 0
    const [trace, output] = layerForward(network, layer, flow, sequence.positions, firstRow)
    layers.push(trace)
    flow = output
  }
  const normed = norm(flow, parameters.finalNorm, shape.normEpsilon)
  const logits = times(normed.rows, parameters.embedding, shape.hidden)
  return { logits, sequence, layers, output: flow, normed }
}

/** Adds to `gradient` what the gradient of the pass's logits says. */
export function backward(network: Network, pass: Pass, logitsGradient: Numbers, gradient: Parameters): void {
  const { shape, parameters } = network
  const { tokens, positions } = pass.sequence
  const normedGradient = timesGradient(
    logitsGradient,
    pass.normed.rows,
    parameters.embedding,
    gradient.embedding,
    shape.hidden,
  )
  let flow = zerosLike(pass.output)
  normGradient(
    normedGradient,
    pass.output,
    parameters.finalNorm,
    pass.normed.inverses,
    flow,
    gradient.finalNorm,
  )

  for (let index = shape.layers - 1; index >= 0; index--) {
    const layer = parameters.layers[index]!
    flow = layerBackward(network, layer, pass.layers[index]!, positions, flow, gradient.layers[index]!)
  }
  for (let row = 0; row < tokens.length; row++) {
    const to = tokens[row]! * shape.hidden
    for (let index = 0; index < shape.hidden; index++) {
      gradient.embedding[to + index] = gradient.embedding[to + index]! + flow[row * shape.hidden + index]!
    }
  }
}

function layerForward(
  { shape, rotary }: Network,
  layer: LayerParameters,
  input: Numbers,
  positions: Int32Array,
  firstRow: number,
): [LayerTrace, Numbers] {
  const { hidden } = shape
  const attentionNormed = norm(input, layer.attentionNorm, shape.normEpsilon)
  const wanted = attentionNormed.rows.subarray(firstRow * hidden)
  const query = times(wanted, layer.query, hidden)
  const key = times(attentionNormed.rows, layer.key, hidden)
  const value = times(attentionNormed.rows, layer.value, hidden)
  rotate(query, positions.subarray(firstRow), shape.heads, rotary, 1)
  rotate(key, positions, shape.keyValueHeads, rotary, 1)

  const attention = attend(query, key, value, shape)
  const middle = input.slice(firstRow * hidden)
  addTimes(middle, attention.output, layer.attentionOutput, shape.heads * shape.headSize)

  const feedForwardNormed = norm(middle, layer.feedForwardNorm, shape.normEpsilon)
  const gate = times(feedForwardNormed.rows, layer.gate, hidden)
  const up = times(feedForwardNormed.rows, layer.up, hidden)
  const product = zerosLike(gate)
  for (let index = 0; index < product.length; index++) {
    product[index] = gate[index]! * sigmoid(gate[index]!) * up[index]!
  }
  const output = middle.slice()
  addTimes(output, product, layer.down, shape.feedForward)
  return [
    { input, attentionNormed, query, key, value, attention, middle, feedForwardNormed, gate, up, product },
    output,
  ]
}

/** Adds to the layer's gradient and gives back the gradient of its input. */
function layerBackward(
  { shape, rotary }: Network,
  layer: LayerParameters,
  trace: LayerTrace,
  positions: Int32Array,
  outputGradient: Numbers,
  gradient: LayerParameters,
): Numbers {
  const { hidden } = shape
  const { query, key, value, attention, gate, up, product } = trace

  const productGradient = timesGradient(outputGradient, product, layer.down, gradient.down, shape.feedForward)
  const gateGradient = zerosLike(gate)
  const upGradient = zerosLike(up)
  for (let index = 0; index < product.length; index++) {
    const open = sigmoid(gate[index]!)
    const slope = productGradient[index]!
    upGradient[index] = slope * gate[index]! * open
    gateGradient[index] = slope * up[index]! * open * (1 + gate[index]! * (1 - open))
  }
  const feedForwardRows = trace.feedForwardNormed.rows
  const feedForwardGradient = timesGradient(gateGradient, feedForwardRows, layer.gate, gradient.gate, hidden)
  addTimesGradient(feedForwardGradient, upGradient, feedForwardRows, layer.up, gradient.up, hidden)
  const middleGradient = outputGradient.slice()
  normGradient(
    feedForwardGradient,
    trace.middle,
    layer.feedForwardNorm,
    trace.feedForwardNormed.inverses,
    middleGradient,
    gradient.feedForwardNorm,
  )

  const queryWidth = shape.heads * shape.headSize
  const attendedGradient = timesGradient(
    middleGradient,
    attention.output,
    layer.attentionOutput,
    gradient.attentionOutput,
    queryWidth,
  )
  const slopes = attendGradient(attendedGradient, attention, query, key, value, shape)
  const skipped = trace.input.length - middleGradient.length
  rotate(slopes.query, positions.subarray(skipped / hidden), shape.heads, rotary, -1)
  rotate(slopes.key, positions, shape.keyValueHeads, rotary, -1)

  const rows = trace.attentionNormed.rows
  const normedGradient = timesGradient(slopes.key, rows, layer.key, gradient.key, hidden)
  addTimesGradient(normedGradient, slopes.value, rows, layer.value, gradient.value, hidden)
  addTimesGradient(
    normedGradient.subarray(skipped),
    slopes.query,
    rows.subarray(skipped),
    layer.query,
    gradient.query,
    hidden,
  )
  const inputGradient = zerosLike(trace.input)
  inputGradient.set(middleGradient, skipped)
  normGradient(
    normedGradient,
    trace.input,
    layer.attentionNorm,
    trace.attentionNormed.inverses,
    inputGradient,
    gradient.attentionNorm,
  )
  return inputGradient
}

function embed(tokens: Int32Array, embedding: Numbers, width: number): Numbers {
  const rows = emptyLike(embedding, tokens.length * width)
  for (let row = 0; row < tokens.length; row++) {
    rows.set(embedding.subarray(tokens[row]! * width, (tokens[row]! + 1) * width), row * width)
  }
  return rows
}

/** Each row through a matrix of [outputs, inputs]. */
function times(rows: Numbers, matrix: Numbers, inputs: number): Numbers {
  const result = emptyLike(rows, (rows.length / inputs) * (matrix.length / inputs))
  addTimes(result, rows, matrix, inputs)
  return result
}

function addTimes(result: Numbers, rows: Numbers, matrix: Numbers, inputs: number): void {
  addLeftRightTransposed(result, rows, matrix, rows.length / inputs, matrix.length / inputs, inputs)
}

/** The way back through `times`: adds to the matrix's gradient and gives back that of the rows. */
function timesGradient(
  resultGradient: Numbers,
  rows: Numbers,
  matrix: Numbers,
  matrixGradient: Numbers,
  inputs: number,
): Numbers {
  const rowsGradient = emptyLike(rows, rows.length)
  addTimesGradient(rowsGradient, resultGradient, rows, matrix, matrixGradient, inputs)
  return rowsGradient
}

function addTimesGradient(
  rowsGradient: Numbers,
  resultGradient: Numbers,
  rows: Numbers,
  matrix: Numbers,
  matrixGradient: Numbers,
  inputs: number,
): void {
  const count = rows.length / inputs
  const outputs = matrix.length / inputs
  addLeftRight(rowsGradient, resultGradient, matrix, count, inputs, outputs)
  addLeftTransposedRight(matrixGradient, resultGradient, rows, outputs, inputs, count)
}

function sigmoid(x: number): number {
  return 1 / (1 + exponential(-x))
}

function zerosLike(numbers: Numbers): Numbers {
  return emptyLike(numbers, numbers.length)
}
