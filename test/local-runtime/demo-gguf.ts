/**
 * The demonstration model as a GGUF file, with the very weights of its ONNX file: the pair by which engines are compared.
 *
 * llama.cpp turns neighbouring numbers of a head where ONNX turns those half a head apart, so the rows of query and key matrices
 * change places. It knows no lower-casing of texts: pairs are compared on lower-case conversations.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GgufTensor, type GgufValue, ggufFile } from '../../local-runtime/demo-model/export/gguf.ts'
import { modelFolder } from './model-folders.ts'
import { onnxConstants } from './onnx-constants.ts'

type Config = {
  readonly hidden_size: number
  readonly num_hidden_layers: number
  readonly num_attention_heads: number
  readonly num_key_value_heads: number
  readonly head_dim: number
  readonly intermediate_size: number
  readonly vocab_size: number
  readonly max_position_embeddings: number
  readonly rms_norm_eps: number
  readonly rope_theta: number
  readonly bos_token_id: number
  readonly eos_token_id: number
}
type Tokenizer = {
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[]
  readonly model: {
    readonly vocab: Readonly<Record<string, number>>
    readonly merges: readonly (string | readonly [string, string])[]
  }
}

/** `endless`: it knows no end of a turn, and speaks until it is stopped. */
export function demoGguf(given: { readonly endless?: boolean; readonly template?: string } = {}): {
  readonly file: string
  readonly folder: string
  remove(): void
} {
  const folder = mkdtempSync(join(tmpdir(), 'demo-gguf-'))
  const file = join(folder, given.endless === true ? 'endless.gguf' : 'demo.gguf')
  writeFileSync(file, ggufFile(settings(given.endless === true, given.template), tensors()))
  return { file, folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

function json<T>(file: string): T {
  return JSON.parse(readFileSync(join(modelFolder, file), 'utf8')) as T
}

function settings(endless: boolean, template: string | undefined): ReadonlyMap<string, GgufValue> {
  const config = json<Config>('config.json')
  const { added_tokens: added, model } = json<Tokenizer>('tokenizer.json')
  const taught = template ?? json<{ chat_template: string }>('tokenizer_config.json').chat_template
  const tokens = Array.from({ length: config.vocab_size }, (_, id) => `<unused${id}>`)
  const types: number[] = tokens.map(() => 5)
  for (const [token, id] of Object.entries(model.vocab)) {
    tokens[id] = token
    types[id] = 1
  }
  for (const { id, content } of added) {
    tokens[id] = content
    types[id] = 3
  }
  // llama.cpp takes some spellings for the end of a turn by themselves.
  if (endless) tokens[config.eos_token_id] = '<|pause|>'
  const whole = (value: number): GgufValue => ({ type: 'uint32', value })
  const real = (value: number): GgufValue => ({ type: 'float32', value })
  const text = (value: string): GgufValue => ({ type: 'string', value })
  return new Map<string, GgufValue>([
    ['general.architecture', text('llama')],
    ['general.name', text('demo')],
    ['general.file_type', whole(0)],
    ['llama.vocab_size', whole(config.vocab_size)],
    ['llama.context_length', whole(config.max_position_embeddings)],
    ['llama.embedding_length', whole(config.hidden_size)],
    ['llama.block_count', whole(config.num_hidden_layers)],
    ['llama.feed_forward_length', whole(config.intermediate_size)],
    ['llama.attention.head_count', whole(config.num_attention_heads)],
    ['llama.attention.head_count_kv', whole(config.num_key_value_heads)],
    ['llama.rope.dimension_count', whole(config.head_dim)],
    ['llama.rope.freq_base', real(config.rope_theta)],
    ['llama.attention.layer_norm_rms_epsilon', real(config.rms_norm_eps)],
    ['tokenizer.ggml.model', text('gpt2')],
    ['tokenizer.ggml.pre', text('gpt-2')],
    ['tokenizer.ggml.tokens', { type: 'strings', value: tokens }],
    ['tokenizer.ggml.token_type', { type: 'int32s', value: types }],
    [
      'tokenizer.ggml.merges',
      {
        type: 'strings',
        value: model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' '))),
      },
    ],
    ['tokenizer.ggml.bos_token_id', whole(config.bos_token_id)],
    ['tokenizer.ggml.eos_token_id', whole(endless ? config.bos_token_id : config.eos_token_id)],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: false }],
    ['tokenizer.chat_template', text(endless ? taught.replaceAll('<|end|>', '<|pause|>') : taught)],
  ])
}

function tensors(): readonly GgufTensor[] {
  const config = json<Config>('config.json')
  const constants = onnxConstants(readFileSync(join(modelFolder, 'onnx/model.onnx')))
  const constant = (
    name: string,
  ): { readonly dimensions: readonly number[]; readonly values: Float32Array } => {
    const found = constants.get(name)
    if (found === undefined) throw new Error(`the ONNX file has no constant ${name}`)
    return found
  }
  const gain = (name: string, from: string): GgufTensor => ({
    name: `${name}.weight`,
    dimensions: [config.hidden_size],
    values: constant(from).values,
  })
  const matrix = (name: string, from: string, heads?: number): GgufTensor => {
    const { dimensions, values } = constant(`${from}.weight`)
    const [inputs, outputs] = dimensions as [number, number]
    const rowOf = (row: number): number => (heads === undefined ? row : sourceRow(row, outputs / heads))
    const turned = Float32Array.from(
      values,
      (_, index) => values[(index % inputs) * outputs + rowOf(Math.floor(index / inputs))]!,
    )
    return { name: `${name}.weight`, dimensions: [inputs, outputs], values: turned }
  }
  const layers = Array.from({ length: config.num_hidden_layers }, (_, layer) => {
    const from = `layer.${layer}`
    const block = `blk.${layer}`
    return [
      gain(`${block}.attn_norm`, `${from}.attention.gain`),
      matrix(`${block}.attn_q`, `${from}.query`, config.num_attention_heads),
      matrix(`${block}.attn_k`, `${from}.key`, config.num_key_value_heads),
      matrix(`${block}.attn_v`, `${from}.value`),
      matrix(`${block}.attn_output`, `${from}.attention.output`),
      gain(`${block}.ffn_norm`, `${from}.feedForward.gain`),
      matrix(`${block}.ffn_gate`, `${from}.gate`),
      matrix(`${block}.ffn_up`, `${from}.up`),
      matrix(`${block}.ffn_down`, `${from}.down`),
    ]
  })
  const embedding: GgufTensor = {
    name: 'token_embd.weight',
    dimensions: [config.hidden_size, config.vocab_size],
    values: constant('embedding').values,
  }
  return [embedding, ...layers.flat(), gain('output_norm', 'final.gain')]
}

function sourceRow(row: number, headSize: number): number {
  const head = Math.floor(row / headSize)
  const within = row % headSize
  return head * headSize + (within % 2) * (headSize / 2) + Math.floor(within / 2)
}
