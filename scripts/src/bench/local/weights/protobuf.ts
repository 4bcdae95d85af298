/** Protocol Buffers, the writing half that an ONNX file needs: a message is a row of numbered fields. */
export type Field = readonly [number: number, value: bigint | number | string | Uint8Array | Real]

/** A number to be written as 32-bit float; plain numbers are integers. */
export type Real = { readonly real: number }

export function message(fields: readonly Field[]): Uint8Array {
  return Buffer.concat(fields.map(fieldBytes))
}

function fieldBytes([number, value]: Field): Uint8Array {
  const tag = (wireType: bigint): Uint8Array => varint((BigInt(number) << 3n) | wireType)
  if (typeof value === 'number' || typeof value === 'bigint') {
    return Buffer.concat([tag(0n), varint(BigInt(value))])
  }
  if (typeof value === 'object' && 'real' in value) {
    const bytes = Buffer.alloc(4)
    bytes.writeFloatLE(value.real)
    return Buffer.concat([tag(5n), bytes])
  }
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([tag(2n), varint(BigInt(bytes.length)), bytes])
}

/** Seven bits a byte, the lowest first. */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  do {
    const low = Number(rest & 127n)
    rest >>= 7n
    bytes.push(rest > 0n ? low | 128 : low)
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}
