/** The constant tensors of an ONNX file, by name: so much of protobuf as that takes. */
type Message = ReadonlyMap<number, readonly (Uint8Array | bigint)[]>

export type Constant = { readonly dimensions: readonly number[]; readonly values: Float32Array }

export function onnxConstants(file: Uint8Array): ReadonlyMap<string, Constant> {
  const graph = message(bytesOf(message(file), 7))
  const constants = new Map<string, Constant>()
  for (const entry of graph.get(5) ?? []) {
    const tensor = message(entry as Uint8Array)
    const isFloat = tensor.get(2)?.[0] === 1n
    const raw = bytesOf(tensor, 9)
    if (!isFloat) continue
    constants.set(new TextDecoder().decode(bytesOf(tensor, 8)), {
      dimensions: (tensor.get(1) ?? []).map(Number),
      values: new Float32Array(Uint8Array.from(raw).buffer),
    })
  }
  return constants
}

function bytesOf(fields: Message, field: number): Uint8Array {
  const value = fields.get(field)?.[0]
  return value instanceof Uint8Array ? value : new Uint8Array()
}

function message(bytes: Uint8Array): Message {
  const fields = new Map<number, (Uint8Array | bigint)[]>()
  let at = 0
  function varint(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  function take(length: number): Uint8Array {
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const key = Number(varint())
    const kind = key & 7
    const value = kind === 0 ? varint() : take(kind === 2 ? Number(varint()) : kind === 1 ? 8 : 4)
    const known = fields.get(key >> 3)
    if (known === undefined) fields.set(key >> 3, [value])
    else known.push(value)
  }
  return fields
}
