/**
 * A generated model as ONNX files, as exporters of Llama models quantise them: four bits in blocks of 32, the weights in a file
 * beside the graph, one embedding for both ends, and onnxruntime's own operators in the middle.
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes, spreadOf4Bits } from './blocks.ts'
import { type Dimensions, layerMatrices, type Matrix, normEpsilon, ropeBase } from './dimensions.ts'
import { type Field, message, type Real } from './protobuf.ts'

const microsoft = 'com.microsoft'
const elements = { float32: 1, uint8: 2, int32: 6, int64: 7 } as const
const dataFile = 'model_q4.onnx_data'
const pageBytes = 4_096

type Attribute = number | Real
type Stored = { readonly offset: number; readonly length: number }

export function writeOnnx(folder: string, size: Dimensions): void {
  mkdirSync(join(folder, 'onnx'), { recursive: true })
  const data = openSync(join(folder, 'onnx', dataFile), 'w')
  try {
    writeFileSync(join(folder, 'onnx', 'model_q4.onnx'), graphOf(size, dataWriter(data)))
  } finally {
    closeSync(data)
  }
}

/** Puts bytes at the next page of the data file. */
function dataWriter(file: number): (bytes: Iterable<Uint8Array>) => Stored {
  let at = 0
  return (chunks) => {
    const offset = at
    for (const chunk of chunks) {
      writeSync(file, chunk, 0, chunk.length, at)
      at += chunk.length
    }
    const length = at - offset
    at = Math.ceil(at / pageBytes) * pageBytes
    return { offset, length }
  }
}

function graphOf(size: Dimensions, store: (bytes: Iterable<Uint8Array>) => Stored): Uint8Array {
  const { hidden, heads, keyValueHeads, headSize, vocabulary } = size
  const nodes: Uint8Array[] = []
  const constants: Uint8Array[] = []
  const inputs = [
    value('input_ids', 'int64', ['batch_size', 'sequence_length']),
    value('attention_mask', 'int64', ['batch_size', 'total_sequence_length']),
    value('position_ids', 'int64', ['batch_size', 'sequence_length']),
    value('num_logits_to_keep', 'int64', []),
  ]
  const outputs = [value('logits', 'float32', ['batch_size', 'kept', vocabulary])]
  const add = (
    operator: string,
    from: readonly string[],
    to: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = '',
  ): void => void nodes.push(node(operator, from, to, attributes, domain))
  const quantised = (
    { name, rows, columns }: Matrix,
    deviation: number,
  ): { bits: Stored; scales: Stored } => {
    const bits = store(randomBytes((rows * columns) / 2))
    const scale = new Float32Array((rows * columns) / 32).fill(deviation / spreadOf4Bits)
    const scales = store([new Uint8Array(scale.buffer)])
    constants.push(
      outside(`${name}.bits`, 'uint8', [rows, columns / 32, 16], bits),
      outside(`${name}.scales`, 'float32', [rows, columns / 32], scales),
    )
    return { bits, scales }
  }
  const multiply = (from: string, { name, rows, columns }: Matrix, to: string): void =>
    add(
      'MatMulNBits',
      [from, `${name}.bits`, `${name}.scales`],
      [to],
      { K: columns, N: rows, bits: 4, block_size: 32, accuracy_level: 4 },
      microsoft,
    )

  const embedding: Matrix = { name: 'embedding', rows: vocabulary, columns: hidden }
  const { bits } = quantised(embedding, 0.02)
  constants.push(
    outside('embedding.rows', 'uint8', [vocabulary, hidden / 2], bits),
    ...rotary(size),
    tensor('gain', 'float32', [hidden], new Float32Array(hidden).fill(1)),
    tensor('axis', 'int64', [1], BigInt64Array.of(1n)),
    tensor('one', 'int64', [], BigInt64Array.of(1n)),
    tensor('one.int32', 'int32', [1], Int32Array.of(1)),
    tensor('end', 'int64', [1], BigInt64Array.of(2n ** 63n - 1n)),
  )
  add('Cast', ['attention_mask'], ['mask'], { to: elements.int32 })
  add('ReduceSum', ['mask', 'axis'], ['lengths'], { keepdims: 0 })
  add('Sub', ['lengths', 'one.int32'], ['last'])
  add('Shape', ['attention_mask'], ['shape'])
  add('Gather', ['shape', 'one'], ['width'], { axis: 0 })
  add('Cast', ['width'], ['total'], { to: elements.int32 })
  const gathered = { gather_axis: 0, quantize_axis: 1, block_size: 32, bits: 4 }
  add(
    'GatherBlockQuantized',
    ['embedding.rows', 'input_ids', 'embedding.scales'],
    ['residual'],
    gathered,
    microsoft,
  )
  const epsilon = { real: normEpsilon }
  add('SimplifiedLayerNormalization', ['residual', 'gain'], ['normed'], { axis: -1, epsilon, stash_type: 1 })

  let [residual, normed] = ['residual', 'normed']
  const join2 = (branch: string, next: string): void => {
    const to = [next, '', '', `${next}.residual`]
    add('SkipSimplifiedLayerNormalization', [branch, residual, 'gain'], to, { epsilon }, microsoft)
    residual = `${next}.residual`
    normed = next
  }
  for (let layer = 0; layer < size.layers; layer++) {
    const name = (part: string): string => `${layer}.${part}`
    const matrices = layerMatrices(size).map((matrix) => ({ ...matrix, name: name(matrix.name) }))
    for (const matrix of matrices) quantised(matrix, 1 / Math.sqrt(matrix.columns))
    const [q, k, v, o, gate, up, down] = matrices as [Matrix, Matrix, Matrix, Matrix, Matrix, Matrix, Matrix]
    for (const part of ['key', 'value']) {
      const past = ['batch_size', keyValueHeads, 'past_sequence_length', headSize]
      inputs.push(value(`past_key_values.${layer}.${part}`, 'float32', past))
      outputs.push(
        value(`present.${layer}.${part}`, 'float32', [
          'batch_size',
          keyValueHeads,
          'total_sequence_length',
          headSize,
        ]),
      )
    }
    for (const matrix of [q, k, v]) multiply(normed, matrix, `${matrix.name}.out`)
    add(
      'GroupQueryAttention',
      [
        ...[q, k, v].map((matrix) => `${matrix.name}.out`),
        `past_key_values.${layer}.key`,
        `past_key_values.${layer}.value`,
        'last',
        'total',
        'cosines',
        'sines',
      ],
      [name('attended'), `present.${layer}.key`, `present.${layer}.value`],
      {
        num_heads: heads,
        kv_num_heads: keyValueHeads,
        do_rotary: 1,
        scale: { real: 1 / Math.sqrt(headSize) },
      },
      microsoft,
    )
    multiply(name('attended'), o, name('o.out'))
    join2(name('o.out'), name('middle'))
    multiply(normed, gate, name('gate.out'))
    multiply(normed, up, name('up.out'))
    add('Sigmoid', [name('gate.out')], [name('open')])
    add('Mul', [name('gate.out'), name('open')], [name('silu')])
    add('Mul', [name('silu'), name('up.out')], [name('product')])
    multiply(name('product'), down, name('down.out'))
    join2(name('down.out'), name('end'))
  }
  add('Reshape', ['num_logits_to_keep', 'axis'], ['kept'])
  add('Neg', ['kept'], ['from'])
  add('Slice', [normed, 'from', 'end', 'axis'], ['tail'])
  multiply('tail', embedding, 'logits')

  const graph = message([
    ...nodes.map((bytes): Field => [1, bytes]),
    [2, 'generated'],
    ...constants.map((bytes): Field => [5, bytes]),
    ...inputs.map((bytes): Field => [11, bytes]),
    ...outputs.map((bytes): Field => [12, bytes]),
  ])
  const opset = (domain: string, version: number): Field => [
    8,
    message([
      [1, domain],
      [2, version],
    ]),
  ]
  return message([[1, 10], [2, 'nearside-bench'], [7, graph], opset('', 17), opset(microsoft, 1)])
}

function rotary({ contextTokens, headSize }: Dimensions): readonly Uint8Array[] {
  const half = headSize / 2
  const angles = Array.from(
    { length: contextTokens * half },
    (_, at) => Math.floor(at / half) * ropeBase ** ((-2 * (at % half)) / headSize),
  )
  return [
    tensor('cosines', 'float32', [contextTokens, half], Float32Array.from(angles, Math.cos)),
    tensor('sines', 'float32', [contextTokens, half], Float32Array.from(angles, Math.sin)),
  ]
}

function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>>,
  domain: string,
): Uint8Array {
  return message([
    ...inputs.map((input): Field => [1, input]),
    ...outputs.map((output): Field => [2, output]),
    [3, outputs[0] ?? ''],
    [4, operator],
    ...Object.entries(attributes).map(([name, given]): Field => {
      const isReal = typeof given === 'object'
      return [
        5,
        message([
          [1, name],
          [isReal ? 2 : 3, given],
          [20, isReal ? 1 : 2],
        ]),
      ]
    }),
    [7, domain],
  ])
}

function tensor(
  name: string,
  type: keyof typeof elements,
  dims: readonly number[],
  values: Float32Array | Int32Array | BigInt64Array,
): Uint8Array {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return message([...dims.map((dim): Field => [1, dim]), [2, elements[type]], [8, name], [9, raw]])
}

/** A constant whose bytes lie in the data file. */
function outside(name: string, type: keyof typeof elements, dims: readonly number[], at: Stored): Uint8Array {
  const entry = (key: string, text: string): Field => [
    13,
    message([
      [1, key],
      [2, text],
    ]),
  ]
  return message([
    ...dims.map((dim): Field => [1, dim]),
    [2, elements[type]],
    [8, name],
    entry('location', dataFile),
    entry('offset', String(at.offset)),
    entry('length', String(at.length)),
    [14, 1],
  ])
}

function value(name: string, type: keyof typeof elements, dims: readonly (number | string)[]): Uint8Array {
  const shape = message(
    dims.map((dim): Field => [1, message([typeof dim === 'string' ? [2, dim] : [1, dim]])]),
  )
  return message([
    [1, name],
    [
      2,
      message([
        [
          1,
          message([
            [1, elements[type]],
            [2, shape],
          ]),
        ],
      ]),
    ],
  ])
}
