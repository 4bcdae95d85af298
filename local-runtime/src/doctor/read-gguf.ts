/**
 * The dimensions of attention out of a GGUF's header: a list of named values that stands before the weights,
 * its own lists of words last. Only numbers of the beginning are read, every length is held against what is
 * there, and a file that is cut short or made up gives null.
 */
import { open } from 'node:fs/promises'

export type GgufShape = {
  readonly layers: number
  readonly keyValueHeads: number
  readonly headSize: number
  readonly contextTokens: number
}

/**
 * The model's own values come within the first kilobytes; its vocabulary, which comes after, is not needed.
 */
const headerBytes = 256 * 1024

/** How wide a value of each type is; strings (8) and arrays (9) tell their length themselves. */
const widths: readonly number[] = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8]
const stringType = 8
const arrayType = 9

export async function readGguf(path: string): Promise<GgufShape | null> {
  const handle = await open(path, 'r').catch(() => null)
  if (handle === null) return null
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerBytes), 0, headerBytes, 0)
    return readGgufHeader(buffer.subarray(0, bytesRead))
  } finally {
    await handle.close()
  }
}

export function readGgufHeader(header: Buffer): GgufShape | null {
  if (header.length < 24 || header.toString('latin1', 0, 4) !== 'GGUF' || header.readUInt32LE(4) < 2)
    return null
  const values = readValues(header, Number(header.readBigUInt64LE(16)))
  const architecture = values.get('general.architecture')
  const number = (name: string): number | null => {
    const value = values.get(`${architecture}.${name}`)
    return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null
  }
  const layers = number('block_count')
  const heads = number('attention.head_count')
  const width = number('embedding_length')
  const contextTokens = number('context_length')
  if (layers === null || heads === null || width === null || contextTokens === null) return null
  return {
    layers,
    keyValueHeads: number('attention.head_count_kv') ?? heads,
    headSize: number('attention.key_length') ?? Math.floor(width / heads),
    contextTokens,
  }
}

function readValues(header: Buffer, count: number): ReadonlyMap<string, string | number> {
  const values = new Map<string, string | number>()
  let at = 24
  const room = (bytes: number): boolean => bytes >= 0 && bytes <= header.length - at
  const text = (): string | null => {
    if (!room(8)) return null
    const bytes = Number(header.readBigUInt64LE(at))
    at += 8
    if (!room(bytes)) return null
    at += bytes
    return header.toString('utf8', at - bytes, at)
  }

  for (let i = 0; i < count; i++) {
    const name = text()
    if (name === null || !room(4)) return values
    const type = header.readUInt32LE(at)
    at += 4
    if (type === stringType) {
      const value = text()
      if (value === null) return values
      values.set(name, value)
    } else if (type === arrayType) {
      // Lists of numbers are passed over; the first list of words begins the vocabulary.
      if (!room(12)) return values
      const width = widths[header.readUInt32LE(at)] ?? 0
      const bytes = width * Number(header.readBigUInt64LE(at + 4))
      at += 12
      if (width === 0 || !room(bytes)) return values
      at += bytes
    } else {
      const width = widths[type] ?? 0
      if (width === 0 || !room(width)) return values
      if (type === 4) values.set(name, header.readUInt32LE(at))
      if (type === 10) values.set(name, Number(header.readBigUInt64LE(at)))
      at += width
    }
  }
  return values
}
