/**
 * Weights without sense, in the formats of quantised files: random bits with scales that keep a network's numbers within bounds.
 * Speed does not depend on what weights say.
 */
import { randomFillSync } from 'node:crypto'

const chunkBytes = 8 * 2 ** 20

/** So many random bytes, a piece at a time. */
export function* randomBytes(count: number): Generator<Uint8Array> {
  for (let done = 0; done < count; done += chunkBytes) {
    yield randomFillSync(new Uint8Array(Math.min(chunkBytes, count - done)))
  }
}

/** The spread of uniform whole numbers from -8 to 7. */
export const spreadOf4Bits = 4.61

/** Blocks of 32 weights: a scale in 16 bits, then 16 bytes. */
export function* blocksOf4Bits(weights: number, deviation: number): Generator<Uint8Array> {
  const scale = half(deviation / spreadOf4Bits)
  yield* blocks(weights / 32, 18, (chunk, at) => {
    chunk[at] = scale & 255
    chunk[at + 1] = scale >> 8
  })
}

/** Blocks of 256 weights: 192 bytes of bits, 16 scales of 8 bits, and a scale in 16 bits. */
export function* blocksOf6Bits(weights: number, deviation: number): Generator<Uint8Array> {
  const scale = half(deviation / 18.5 / 16)
  yield* blocks(weights / 256, 210, (chunk, at) => {
    chunk.fill(16, at + 192, at + 208)
    chunk[at + 208] = scale & 255
    chunk[at + 209] = scale >> 8
  })
}

function* blocks(
  count: number,
  bytes: number,
  finish: (chunk: Uint8Array, at: number) => void,
): Generator<Uint8Array> {
  const most = Math.floor(chunkBytes / bytes)
  for (let done = 0; done < count; done += most) {
    const many = Math.min(most, count - done)
    const chunk = randomFillSync(new Uint8Array(many * bytes))
    for (let at = 0; at < many; at++) finish(chunk, at * bytes)
    yield chunk
  }
}

/** The bits of a small positive number in 16 bits; those that do not fit are cut off. */
function half(value: number): number {
  const bits = new DataView(new ArrayBuffer(4))
  bits.setFloat32(0, value)
  const all = bits.getUint32(0)
  const exponent = (all >>> 23) - 112
  const fraction = all & 0x7fffff
  return exponent > 0 ? (exponent << 10) | (fraction >>> 13) : (fraction | 0x800000) >>> (14 - exponent)
}
