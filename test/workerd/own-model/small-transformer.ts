/**
 * A transformer of one layer that tells requests to prove from greetings, made here: embeddings, attention, a layer norm, a
 * classifier on the first token. Its weights are drawn by a rule, its words are chosen; what it must say is
 * computed beside it in plain arithmetic.
 */
import { type Tensor, writeModel } from '@nearside/core'

const words = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  'prove',
  'theorem',
  'hello',
  'thanks',
  'the',
  '##s',
  '?',
  'and',
]
const hardness = [0, 0, 0, 0, 6, 6, -6, -6, 0, 0, 0, 0]
const size = 8

/** From -0.5 to 0.5, the same on every machine. */
function drawn(count: number, seed: number): Float32Array {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32 - 0.5
  })
}

const table = drawn(words.length * size, 1)
for (const [word, hard] of hardness.entries()) table[word * size] = hard
const [query, key, value] = [drawn(size * size, 2), drawn(size * size, 3), drawn(size * size, 4)]
for (let i = 0; i < size; i++) value[i * size + i] = 1
const classifier = drawn(size * 2, 5)
classifier.set([-1, 1])

export const tokenizerJson = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: words.slice(0, 4).map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
    },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(words.map((word, id) => [word, id])),
  },
}

const floats = (dims: readonly number[], data: Float32Array): Tensor => ({ type: 'float32', dims, data })

/** `tokens` is a length that the file fixes, or a name for any. */
export function smallTransformer(tokens: number | string = 'tokens'): Uint8Array<ArrayBuffer> {
  const node = (op: string, inputs: readonly string[], outputs: readonly string[], attributes = {}) => ({
    op,
    inputs,
    outputs,
    attributes,
  })
  const file = writeModel({
    nodes: [
      node('Gather', ['table', 'input_ids'], ['embedded'], { axis: 0 }),
      node('MatMul', ['embedded', 'query'], ['queries']),
      node('MatMul', ['embedded', 'key'], ['keys']),
      node('MatMul', ['embedded', 'value'], ['values']),
      node('Transpose', ['keys'], ['turned'], { perm: [0, 2, 1] }),
      node('MatMul', ['queries', 'turned'], ['products']),
      node('Mul', ['products', 'scale'], ['scaled']),
      node('Cast', ['attention_mask'], ['mask'], { to: 1 }),
      node('Sub', ['mask', 'one'], ['missing']),
      node('Mul', ['missing', 'much'], ['bias_row']),
      node('Unsqueeze', ['bias_row', 'axis_one'], ['bias']),
      node('Add', ['scaled', 'bias'], ['scores']),
      node('Softmax', ['scores'], ['shares'], { axis: 2 }),
      node('MatMul', ['shares', 'values'], ['context']),
      node('Add', ['context', 'embedded'], ['summed']),
      node('LayerNormalization', ['summed', 'ones', 'zeros'], ['last_hidden_state'], {
        axis: -1,
        epsilon: { float: 1e-5 },
      }),
      node('Gather', ['last_hidden_state', 'first'], ['pooled'], { axis: 1 }),
      node('Gemm', ['pooled', 'classifier'], ['logits']),
    ],
    initializers: {
      table: floats([words.length, size], table),
      query: floats([size, size], query),
      key: floats([size, size], key),
      value: floats([size, size], value),
      scale: floats([], Float32Array.of(1 / Math.sqrt(size))),
      one: floats([], Float32Array.of(1)),
      much: floats([], Float32Array.of(1e9)),
      ones: floats([size], new Float32Array(size).fill(1)),
      zeros: floats([size], new Float32Array(size)),
      classifier: floats([size, 2], classifier),
      axis_one: { type: 'int64', dims: [1], data: Float64Array.of(1) },
      first: { type: 'int64', dims: [], data: Float64Array.of(0) },
    },
    inputs: [
      { name: 'input_ids', type: 'int64', dims: [1, tokens] },
      { name: 'attention_mask', type: 'int64', dims: [1, tokens] },
    ],
    outputs: [
      { name: 'logits', type: 'float32', dims: [1, 2] },
      { name: 'last_hidden_state', type: 'float32', dims: [1, tokens, size] },
    ],
  })
  return new Uint8Array(file)
}

/** What the model says of these tokens: the probability of its second class, and the mean of the last states, at length one. */
export function expected(ids: readonly number[]): { difficulty: number; vector: number[] } {
  const embedded = ids.map((id) => [...table.subarray(id * size, (id + 1) * size)])
  const times = (row: readonly number[], matrix: Float32Array, columns: number): number[] =>
    Array.from({ length: columns }, (_, c) =>
      row.reduce((sum, v, r) => sum + v * matrix[r * columns + c]!, 0),
    )
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, v, i) => sum + v * b[i]!, 0)
  const softmax = (values: readonly number[]): number[] => {
    const grown = values.map((v) => Math.exp(v - Math.max(...values)))
    return grown.map((v) => v / grown.reduce((sum, each) => sum + each, 0))
  }
  const keys = embedded.map((row) => times(row, key, size))
  const values = embedded.map((row) => times(row, value, size))
  const states = embedded.map((row) => {
    const asked = times(row, query, size)
    const shares = softmax(keys.map((each) => dot(asked, each) / Math.sqrt(size)))
    const summed = row.map(
      (own, c) => own + shares.reduce((sum, share, i) => sum + share * values[i]![c]!, 0),
    )
    const mean = summed.reduce((sum, v) => sum + v, 0) / size
    const deviation = Math.sqrt(summed.reduce((sum, v) => sum + (v - mean) ** 2, 0) / size + 1e-5)
    return summed.map((v) => (v - mean) / deviation)
  })
  const mean = Array.from({ length: size }, (_, c) => states.reduce((sum, state) => sum + state[c]!, 0))
  const length = Math.sqrt(dot(mean, mean))
  return {
    difficulty: softmax(times(states[0]!, classifier, 2))[1]!,
    vector: mean.map((v) => v / length),
  }
}
