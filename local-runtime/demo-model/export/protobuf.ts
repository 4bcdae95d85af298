/**
 * Protocol Buffers, the writing half: a message is a row of numbered fields.
 *
 * Two kinds of field suffice for ONNX besides a float: variable-length integers, and bytes with their length in front.
 */

export type Field = readonly [number: number, value: bigint | number | string | Uint8Array | Float]

/** A number that is to be written as a 32-bit float; plain numbers are integers. */
export class Float {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

const VARINT = 0n
const LENGTH_DELIMITED = 2n
const FIXED_32 = 5n

export function message(fields: readonly Field[]): Uint8Array {
  return Buffer.concat(fields.map(fieldBytes))
}

function fieldBytes([number, value]: Field): Uint8Array {
  const tag = (wireType: bigint): Uint8Array => varint((BigInt(number) << 3n) | wireType)
  if (value instanceof Float) {
    const bytes = Buffer.alloc(4)
    bytes.writeFloatLE(value.value)
    return Buffer.concat([tag(FIXED_32), bytes])
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    return Buffer.concat([tag(VARINT), varint(BigInt(value))])
  }
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([tag(LENGTH_DELIMITED), varint(BigInt(bytes.length)), bytes])
}

/** Seven bits a byte, the lowest first; a negative number is its 64-bit two's complement. */
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
