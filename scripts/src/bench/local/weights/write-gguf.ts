/** A generated model as a GGUF file, version 3, quantised as llama.cpp's own Q4_0 is: the embedding in six bits, the rest in four. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { blocksOf4Bits, blocksOf6Bits } from './blocks.ts'
import { type Dimensions, layerMatrices, normEpsilon, ropeBase } from './dimensions.ts'
import { chatTemplate, merge, specialId, specialTokens, vocabularyOf } from './vocabulary.ts'

type Tensor = {
  readonly name: string
  readonly type: 'float32' | 'q4_0' | 'q6_k'
  /** The innermost first. */
  readonly dimensions: readonly number[]
  readonly deviation: number
}

const types = {
  float32: { number: 0, weights: 1, bytes: 4 },
  q4_0: { number: 2, weights: 32, bytes: 18 },
  q6_k: { number: 14, weights: 256, bytes: 210 },
} as const

const alignment = 32

export function writeGguf(file: string, size: Dimensions): void {
  const tensors = tensorsOf(size)
  const settings = settingsOf(size)
  let offset = 0
  const infos = tensors.map((tensor) => {
    const info = [
      text(tensor.name),
      uint32(tensor.dimensions.length),
      ...tensor.dimensions.map(uint64),
      uint32(types[tensor.type].number),
      uint64(offset),
    ]
    offset += Math.ceil(bytesOf(tensor) / alignment) * alignment
    return Buffer.concat(info)
  })
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    uint32(3),
    uint64(tensors.length),
    uint64(settings.length),
    ...settings,
    ...infos,
  ])
  const output = openSync(file, 'w')
  try {
    writeSync(output, padded(head))
    for (const tensor of tensors) {
      for (const chunk of contentsOf(tensor)) writeSync(output, chunk)
      writeSync(output, Buffer.alloc((alignment - (bytesOf(tensor) % alignment)) % alignment))
    }
  } finally {
    closeSync(output)
  }
}

const names: Readonly<Record<string, string>> = {
  q: 'attn_q',
  k: 'attn_k',
  v: 'attn_v',
  o: 'attn_output',
  gate: 'ffn_gate',
  up: 'ffn_up',
  down: 'ffn_down',
}

function tensorsOf(size: Dimensions): readonly Tensor[] {
  const gain = (name: string): Tensor => ({
    name: `${name}.weight`,
    type: 'float32',
    dimensions: [size.hidden],
    deviation: 0,
  })
  const layers = Array.from({ length: size.layers }, (_, layer) => [
    gain(`blk.${layer}.attn_norm`),
    gain(`blk.${layer}.ffn_norm`),
    ...layerMatrices(size).map(
      ({ name, rows, columns }): Tensor => ({
        name: `blk.${layer}.${names[name]}.weight`,
        type: 'q4_0',
        dimensions: [columns, rows],
        deviation: 1 / Math.sqrt(columns),
      }),
    ),
  ])
  const embedding: Tensor = {
    name: 'token_embd.weight',
    type: 'q6_k',
    dimensions: [size.hidden, size.vocabulary],
    deviation: 0.02,
  }
  return [embedding, ...layers.flat(), gain('output_norm')]
}

function weightsOf({ dimensions }: Tensor): number {
  return dimensions.reduce((product, dimension) => product * dimension, 1)
}

function bytesOf(tensor: Tensor): number {
  const { weights, bytes } = types[tensor.type]
  return (weightsOf(tensor) / weights) * bytes
}

function contentsOf(tensor: Tensor): Iterable<Uint8Array> {
  const weights = weightsOf(tensor)
  switch (tensor.type) {
    case 'float32':
      return [new Uint8Array(new Float32Array(weights).fill(1).buffer)]
    case 'q4_0':
      return blocksOf4Bits(weights, tensor.deviation)
    case 'q6_k':
      return blocksOf6Bits(weights, tensor.deviation)
  }
}

function settingsOf(size: Dimensions): readonly Buffer[] {
  const tokens = vocabularyOf(size.vocabulary)
  const isSpecial = (id: number): boolean => id >= size.vocabulary - specialTokens.length
  const whole = (key: string, value: number): Buffer => Buffer.concat([text(key), uint32(4), uint32(value)])
  const real = (key: string, value: number): Buffer => Buffer.concat([text(key), uint32(6), float32(value)])
  const words = (key: string, value: string): Buffer => Buffer.concat([text(key), uint32(8), text(value)])
  const list = (key: string, type: number, items: readonly Buffer[]): Buffer =>
    Buffer.concat([text(key), uint32(9), uint32(type), uint64(items.length), ...items])
  return [
    words('general.architecture', 'llama'),
    words('general.name', 'generated'),
    whole('general.file_type', 2),
    whole('general.quantization_version', 2),
    whole('llama.vocab_size', size.vocabulary),
    whole('llama.context_length', size.contextTokens),
    whole('llama.embedding_length', size.hidden),
    whole('llama.block_count', size.layers),
    whole('llama.feed_forward_length', size.feedForward),
    whole('llama.attention.head_count', size.heads),
    whole('llama.attention.head_count_kv', size.keyValueHeads),
    whole('llama.attention.key_length', size.headSize),
    whole('llama.attention.value_length', size.headSize),
    whole('llama.rope.dimension_count', size.headSize),
    real('llama.rope.freq_base', ropeBase),
    real('llama.attention.layer_norm_rms_epsilon', normEpsilon),
    words('tokenizer.ggml.model', 'gpt2'),
    words('tokenizer.ggml.pre', 'llama-bpe'),
    list('tokenizer.ggml.tokens', 8, tokens.map(text)),
    list(
      'tokenizer.ggml.token_type',
      5,
      tokens.map((_, id) => uint32(isSpecial(id) ? 3 : 1)),
    ),
    list('tokenizer.ggml.merges', 8, [text(merge.join(' '))]),
    whole('tokenizer.ggml.bos_token_id', specialId(size.vocabulary, '<|begin|>')),
    whole('tokenizer.ggml.eos_token_id', specialId(size.vocabulary, '<|end|>')),
    Buffer.concat([text('tokenizer.ggml.add_bos_token'), uint32(7), Buffer.of(0)]),
    words('tokenizer.chat_template', chatTemplate),
  ]
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint64(bytes.length), bytes])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((alignment - (bytes.length % alignment)) % alignment)])
}
