/**
 * Writes protocol buffers: the few wire forms that ONNX uses, into one growing array.
 *
 * A nested message is written by itself and copied in behind its length, which is simple and fast enough for files of
 * megabytes: the weights are copied once for each of the three messages around them.
 */
export type ProtoWriter = {
  readonly integer: (field: number, value: number) => void
  readonly float: (field: number, value: number) => void
  readonly text: (field: number, value: string) => void
  readonly bytes: (field: number, value: Uint8Array) => void
  readonly message: (field: number, write: (writer: ProtoWriter) => void) => void
  readonly finish: () => Uint8Array
}

export function protoWriter(): ProtoWriter {
  let buffer = new Uint8Array(256)
  let length = 0

  const room = (more: number): void => {
    if (length + more <= buffer.length) return
    const grown = new Uint8Array(Math.max(buffer.length * 2, length + more))
    grown.set(buffer.subarray(0, length))
    buffer = grown
  }

  const varint = (value: number): void => {
    room(10)
    if (value < 0) {
      // Two's complement over 64 bits, as protocol buffers want negative numbers: always ten bytes.
      let rest = BigInt.asUintN(64, BigInt(value))
      while (rest > 127n) {
        buffer[length++] = Number(rest & 127n) | 128
        rest >>= 7n
      }
      buffer[length++] = Number(rest)
      return
    }
    let rest = value
    while (rest > 127) {
      buffer[length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    buffer[length++] = rest
  }

  const bytes = (field: number, value: Uint8Array): void => {
    varint(field * 8 + 2)
    varint(value.length)
    room(value.length)
    buffer.set(value, length)
    length += value.length
  }

  return {
    bytes,
    integer: (field, value) => {
      varint(field * 8)
      varint(value)
    },
    float: (field, value) => {
      varint(field * 8 + 5)
      room(4)
      new DataView(buffer.buffer).setFloat32(length, value, true)
      length += 4
    },
    text: (field, value) => bytes(field, utf8Bytes(value)),
    message: (field, write) => {
      const inner = protoWriter()
      write(inner)
      bytes(field, inner.finish())
    },
    finish: () => buffer.slice(0, length),
  }
}

function utf8Bytes(text: string): Uint8Array {
  const bytes: number[] = []
  for (const letter of text) {
    const given = letter.codePointAt(0) ?? 0
    const point = given >= 0xd800 && given <= 0xdfff ? 0xfffd : given
    if (point < 0x80) bytes.push(point)
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63))
    else if (point < 0x10000)
      bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63))
    else {
      bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63))
      bytes.push(0x80 | ((point >> 6) & 63), 0x80 | (point & 63))
    }
  }
  return Uint8Array.from(bytes)
}
