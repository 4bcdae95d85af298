/**
 * The network as an ONNX graph, with the inputs and outputs that every exporter of Llama models uses: token ids and
 * the past's keys and values in, logits and the present's keys and values out.
 *
 * onnxruntime's own operators carry the middle (grouped-query attention with rotary positions, normalisation joined
 * with the residual sum), so a step is a few dozen nodes. Positions come from the attention mask, as in the graphs of
 * onnxruntime's model builder: the sum of a row is the length of its sequence.
 */
import type { Numbers } from '../network/matrix.ts'
import type { Network } from '../network/network.ts'
import { type Graph, node, tensor, value } from './onnx.ts'
import { Float } from './protobuf.ts'

const MICROSOFT = 'com.microsoft'
const BATCH = 'batch_size'

export function llamaGraph({ shape, parameters, rotary }: Network): Graph {
  const { hidden, heads, keyValueHeads, headSize, feedForward, vocabulary, contextTokens } = shape
  const nodes: Uint8Array[] = []
  const constants: Uint8Array[] = []
  const inputs = [
    value('input_ids', 'int64', [BATCH, 'sequence_length']),
    value('attention_mask', 'int64', [BATCH, 'total_sequence_length']),
    value('position_ids', 'int64', [BATCH, 'sequence_length']),
  ]
  const outputs = [value('logits', 'float32', [BATCH, 'sequence_length', vocabulary])]

  const epsilon = new Float(shape.normEpsilon)
  const gain = (name: string, numbers: Numbers): string => {
    constants.push(tensor(name, [hidden], Float32Array.from(numbers)))
    return name
  }
  /** A product with a matrix of ours, which is [outputs, inputs]; ONNX wants it the other way round. */
  const multiply = (input: string, name: string, matrix: Numbers, inputWidth: number): string => {
    const outputWidth = matrix.length / inputWidth
    constants.push(tensor(`${name}.weight`, [inputWidth, outputWidth], transposed(matrix, outputWidth)))
    nodes.push(node('MatMul', [input, `${name}.weight`], [name]))
    return name
  }

  constants.push(
    tensor('rotary.cosines', [contextTokens, rotary.half], rotary.cosines),
    tensor('rotary.sines', [contextTokens, rotary.half], rotary.sines),
    tensor('mask.axis', [1], BigInt64Array.of(1n)),
    tensor('one.int64', [], BigInt64Array.of(1n)),
    tensor('one.int32', [1], Int32Array.of(1)),
    tensor('embedding', [vocabulary, hidden], Float32Array.from(parameters.embedding)),
  )
  nodes.push(
    node('Cast', ['attention_mask'], ['mask.int32'], { to: 6 }),
    node('ReduceSum', ['mask.int32', 'mask.axis'], ['mask.lengths'], { keepdims: 0 }),
    node('Sub', ['mask.lengths', 'one.int32'], ['mask.last']),
    node('Shape', ['attention_mask'], ['mask.shape']),
    node('Gather', ['mask.shape', 'one.int64'], ['mask.width'], { axis: 0 }),
    node('Cast', ['mask.width'], ['mask.total'], { to: 6 }),
    node('Gather', ['embedding', 'input_ids'], ['embedded'], { axis: 0 }),
  )

  let residual = 'embedded'
  let normed = 'layer.0.attention.norm'
  nodes.push(
    node(
      'SimplifiedLayerNormalization',
      [residual, gain('layer.0.attention.gain', parameters.layers[0]!.attentionNorm)],
      [normed],
      { axis: -1, epsilon, stash_type: 1 },
    ),
  )
  /** Adds a branch to the residual stream and normalises the sum for the next branch. */
  const join = (branch: string, gainName: string, gainNumbers: Numbers, next: string): void => {
    nodes.push(
      node(
        'SkipSimplifiedLayerNormalization',
        [branch, residual, gain(gainName, gainNumbers)],
        [next, '', '', `${next}.residual`],
        { epsilon },
        MICROSOFT,
      ),
    )
    residual = `${next}.residual`
    normed = next
  }

  for (const [index, layer] of parameters.layers.entries()) {
    const name = `layer.${index}`
    const cache = [BATCH, keyValueHeads, 'past_sequence_length', headSize]
    const grown = [BATCH, keyValueHeads, 'total_sequence_length', headSize]
    inputs.push(value(`past_key_values.${index}.key`, 'float32', cache))
    inputs.push(value(`past_key_values.${index}.value`, 'float32', cache))
    outputs.push(value(`present.${index}.key`, 'float32', grown))
    outputs.push(value(`present.${index}.value`, 'float32', grown))

    nodes.push(
      node(
        'GroupQueryAttention',
        [
          multiply(normed, `${name}.query`, layer.query, hidden),
          multiply(normed, `${name}.key`, layer.key, hidden),
          multiply(normed, `${name}.value`, layer.value, hidden),
          `past_key_values.${index}.key`,
          `past_key_values.${index}.value`,
          'mask.last',
          'mask.total',
          'rotary.cosines',
          'rotary.sines',
        ],
        [`${name}.attended`, `present.${index}.key`, `present.${index}.value`],
        {
          num_heads: heads,
          kv_num_heads: keyValueHeads,
          do_rotary: 1,
          scale: new Float(1 / Math.sqrt(headSize)),
        },
        MICROSOFT,
      ),
    )
    const attention = multiply(
      `${name}.attended`,
      `${name}.attention.output`,
      layer.attentionOutput,
      heads * headSize,
    )
    join(attention, `${name}.feedForward.gain`, layer.feedForwardNorm, `${name}.feedForward.norm`)

    const gate = multiply(normed, `${name}.gate`, layer.gate, hidden)
    const up = multiply(normed, `${name}.up`, layer.up, hidden)
    nodes.push(
      node('Sigmoid', [gate], [`${name}.open`]),
      node('Mul', [gate, `${name}.open`], [`${name}.silu`]),
      node('Mul', [`${name}.silu`, up], [`${name}.product`]),
    )
    const down = multiply(`${name}.product`, `${name}.down`, layer.down, feedForward)
    const next = parameters.layers[index + 1]
    if (next === undefined) join(down, 'final.gain', parameters.finalNorm, 'final.norm')
    else
      join(down, `layer.${index + 1}.attention.gain`, next.attentionNorm, `layer.${index + 1}.attention.norm`)
  }

  // The embedding serves both ends; turned here, it is kept in the file once.
  nodes.push(node('Transpose', ['embedding'], ['head']), node('MatMul', [normed, 'head'], ['logits']))
  return { name: 'nearside-demo', nodes, constants, inputs, outputs }
}

function transposed(matrix: Numbers, rows: number): Float32Array {
  const columns = matrix.length / rows
  return Float32Array.from(matrix, (_, index) => matrix[(index % rows) * columns + Math.floor(index / rows)]!)
}
