/**
 * GGUF files, the part that a small model needs: typed settings, then tensors of 32-bit floats, each at a multiple of 32 bytes.
 *
 * The numbers are those of ggml's specification, version 3.
 */
export type GgufValue =
  | { readonly type: 'uint32' | 'int32' | 'float32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'int32s'; readonly value: readonly number[] }

export type GgufTensor = {
  readonly name: string
  /** The innermost first, the other way round than elsewhere. */
  readonly dimensions: readonly number[]
  readonly values: Float32Array
}

const alignment = 32
const typeNumber = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, list: 9 } as const
const float32Tensor = 0

export function ggufFile(
  settings: ReadonlyMap<string, GgufValue>,
  tensors: readonly GgufTensor[],
): Uint8Array {
  let offset = 0
  const infos: Buffer[] = []
  const data: Buffer[] = []
  for (const { name, dimensions, values } of tensors) {
    infos.push(
      text(name),
      uint32(dimensions.length),
      ...dimensions.map(uint64),
      uint32(float32Tensor),
      uint64(offset),
    )
    const bytes = padded(Buffer.from(values.buffer, values.byteOffset, values.byteLength))
    data.push(bytes)
    offset += bytes.length
  }
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    uint32(3),
    uint64(tensors.length),
    uint64(settings.size),
    ...[...settings].flatMap(([key, value]) => [text(key), ...encoded(value)]),
    ...infos,
  ])
  return Buffer.concat([padded(head), ...data])
}

function encoded(given: GgufValue): Buffer[] {
  switch (given.type) {
    case 'uint32':
      return [uint32(typeNumber.uint32), uint32(given.value)]
    case 'int32':
      return [uint32(typeNumber.int32), int32(given.value)]
    case 'float32':
      return [uint32(typeNumber.float32), float32(given.value)]
    case 'bool':
      return [uint32(typeNumber.bool), Buffer.of(given.value ? 1 : 0)]
    case 'string':
      return [uint32(typeNumber.string), text(given.value)]
    case 'strings':
      return [...listHead(typeNumber.string, given.value.length), ...given.value.map(text)]
    case 'int32s':
      return [...listHead(typeNumber.int32, given.value.length), ...given.value.map(int32)]
  }
}

function listHead(type: number, length: number): Buffer[] {
  return [uint32(typeNumber.list), uint32(type), uint64(length)]
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

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
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
  const missing = (alignment - (bytes.length % alignment)) % alignment
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)])
}
