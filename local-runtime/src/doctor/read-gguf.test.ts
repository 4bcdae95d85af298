import { expect, it } from 'vitest'
import { readGgufHeader } from './read-gguf.ts'

type Value = string | number | { readonly long: number } | readonly number[] | readonly string[]

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)])

function valueBytes(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([u32(8), text(value)])
  if (typeof value === 'number') return Buffer.concat([u32(4), u32(value)])
  if ('long' in value) return Buffer.concat([u32(10), u64(value.long)])
  const isText = typeof value[0] === 'string'
  const items = value.map((item) => (typeof item === 'string' ? text(item) : u32(item)))
  return Buffer.concat([u32(9), u32(isText ? 8 : 4), u64(value.length), ...items])
}

function header(values: Readonly<Record<string, Value>>, version = 3): Buffer {
  const entries = Object.entries(values).map(([name, value]) =>
    Buffer.concat([text(name), valueBytes(value)]),
  )
  return Buffer.concat([Buffer.from('GGUF'), u32(version), u64(291), u64(entries.length), ...entries])
}

const llama = {
  'general.architecture': 'llama',
  'general.name': 'A model of mine',
  'llama.block_count': 28,
  'llama.context_length': 131_072,
  'llama.embedding_length': 3_072,
  'llama.attention.head_count': 24,
  'llama.attention.head_count_kv': 8,
}

it('reads the shape of a model from its header, over lists that stand in between', () => {
  const shape = { layers: 28, keyValueHeads: 8, headSize: 128, contextTokens: 131_072 }
  expect(readGgufHeader(header(llama))).toEqual(shape)
  const { 'llama.block_count': layers, ...rest } = llama
  const mixed = { 'general.dims': [1, 2, 3], ...rest, 'llama.block_count': { long: layers } }
  expect(readGgufHeader(header({ ...mixed, 'tokenizer.ggml.tokens': ['a', 'b'], 'llama.x': 1 }))).toEqual(
    shape,
  )
})

it('takes the size of a head where it is told, and as many keys as heads where nothing is', () => {
  const { 'llama.attention.head_count_kv': _, ...all } = llama
  expect(readGgufHeader(header({ ...all, 'llama.attention.key_length': 256 }))).toMatchObject({
    keyValueHeads: 24,
    headSize: 256,
  })
})

it('reads nothing into a file that is cut short anywhere, made up, or of another kind', () => {
  const whole = header(llama)
  for (let length = 0; length < whole.length - 12; length++) {
    expect(() => readGgufHeader(whole.subarray(0, length))).not.toThrow()
  }
  expect(readGgufHeader(whole.subarray(0, 60))).toBeNull()
  expect(readGgufHeader(Buffer.from('GGML'.padEnd(64, '\0')))).toBeNull()
  expect(readGgufHeader(header(llama, 1))).toBeNull()
  const endless = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(1), u64(2 ** 52), u64(2 ** 52)])
  expect(readGgufHeader(endless)).toBeNull()
  const { 'llama.block_count': _, ...without } = llama
  expect(readGgufHeader(header(without))).toBeNull()
})
