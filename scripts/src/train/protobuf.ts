/** Writes protobuf: what ONNX files are made of. A message is its fields one behind the other. */
export type Bytes = Uint8Array

export function numberField(field: number, value: number): Bytes {
  return join([varint(field * 8), varint(value)])
}

export function bytesField(field: number, value: Bytes): Bytes {
  return join([varint(field * 8 + 2), varint(value.length), value])
}

export function textField(field: number, value: string): Bytes {
  return bytesField(field, Buffer.from(value, 'utf8'))
}

export function message(field: number, parts: readonly Bytes[]): Bytes {
  return bytesField(field, join(parts))
}

export function join(parts: readonly Bytes[]): Bytes {
  return new Uint8Array(Buffer.concat(parts))
}

function varint(value: number): Bytes {
  const bytes: number[] = []
  let left = value
  while (left >= 128) {
    bytes.push((left % 128) + 128)
    left = Math.floor(left / 128)
  }
  bytes.push(left)
  return Uint8Array.from(bytes)
}
