/**
 * Writes a pack as an ONNX model: its weights as bytes with a scale a column, the graph that makes a voice for each intent out of
 * numbered pieces, the numbers of pieces, and the card with the answers.
 *
 * Inputs: `ids` (int64, n), the rows of a question's known pieces, and `counts` (float, 1 x n), what each weighs. Equal sources give
 * equal bytes, so a pack can be named by its hash.
 */
import { type PackCard, packCardKey, type StatedWordings, type Tensor, writeModel } from '@nearside/core'
import type { Multinomial } from '../train/softmax.ts'
import type { PieceSet } from './piece-rows.ts'

/** ONNX's number for the type. */
const float32 = 1

export function writePack(
  card: PackCard,
  set: PieceSet,
  machine: Multinomial,
  stated: StatedWordings,
): Uint8Array {
  const { classes } = machine
  const { table, scale } = quantised(machine)
  const initializers: Readonly<Record<string, Tensor>> = {
    pieces: { type: 'int32', dims: [set.pieces.length], data: set.pieces },
    rarity: floats(set.rarity),
    field_weights: floats(set.fieldWeights),
    stated_first: integers(stated.first),
    stated_second: integers(stated.second),
    stated_intents: integers(stated.intents),
    table: { type: 'int8', dims: [set.pieces.length, classes], data: table },
    scale: floats(scale),
    bias: floats(machine.offset),
  }
  return writeModel({
    producer: 'nearside pack build',
    graphName: 'nearside-intent-pack',
    nodes: [
      { op: 'Gather', inputs: ['table', 'ids'], outputs: ['rows'], attributes: { axis: 0 } },
      { op: 'Cast', inputs: ['rows'], outputs: ['row_floats'], attributes: { to: float32 } },
      { op: 'MatMul', inputs: ['counts', 'row_floats'], outputs: ['sums'] },
      { op: 'Mul', inputs: ['sums', 'scale'], outputs: ['scaled'] },
      { op: 'Add', inputs: ['scaled', 'bias'], outputs: ['voices'] },
    ],
    initializers,
    inputs: [
      { name: 'ids', type: 'int64', dims: ['n'] },
      { name: 'counts', type: 'float32', dims: [1, 'n'] },
    ],
    outputs: [{ name: 'voices', type: 'float32', dims: [1, classes] }],
    metadata: { [packCardKey]: JSON.stringify(card) },
  })
}

function quantised({ weights, classes }: Multinomial): {
  readonly table: Int8Array
  readonly scale: Float32Array
} {
  const most = new Float32Array(classes)
  for (let i = 0; i < weights.length; i++)
    most[i % classes] = Math.max(most[i % classes]!, Math.abs(weights[i]!))
  const scale = most.map((value) => (value === 0 ? 1 : value / 127))
  const table = Int8Array.from(weights, (value, i) => Math.round(value / scale[i % classes]!))
  return { table, scale }
}

function floats(data: Float32Array): Tensor {
  return { type: 'float32', dims: [data.length], data }
}

function integers(data: Int32Array): Tensor {
  return { type: 'int32', dims: [data.length], data }
}
