/**
 * SHA-256 (FIPS 180-4), synchronous and pure.
 *
 * Every platform has one, and every platform's is asynchronous: for the few dozen bytes of a key, waiting for it costs
 * many times the digest itself. Meant for short inputs; it is constant in time for inputs of one length, since nothing in
 * it branches on a byte.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  state.set(initial)
  // A one bit, zeros, and the length in bits, up to a whole number of blocks.
  const end = Math.ceil((bytes.length + 9) / 64) * 64
  for (let block = 0; block < end; block += 64) {
    for (let i = 0; i < 16; i++) words[i] = wordAt(bytes, block + i * 4)
    if (block + 64 === end) {
      words[14] = Math.floor(bytes.length / 0x2000_0000)
      words[15] = bytes.length << 3
    }
    compress()
  }

  const digest = new Uint8Array(32)
  for (let i = 0; i < 32; i++) digest[i] = state[i >> 2]! >>> (24 - (i & 3) * 8)
  return digest
}

/** One digest at a time, so all of them work in the same few words. */
const state = new Int32Array(8)
const words = new Int32Array(64)

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (byteAt(bytes, at) << 24) |
    (byteAt(bytes, at + 1) << 16) |
    (byteAt(bytes, at + 2) << 8) |
    byteAt(bytes, at + 3)
  )
}

function byteAt(bytes: Uint8Array, at: number): number {
  return at < bytes.length ? bytes[at]! : at === bytes.length ? 0x80 : 0
}

function compress(): void {
  for (let i = 16; i < 64; i++) {
    const early = words[i - 15]!
    const late = words[i - 2]!
    const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
    const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
    words[i] = (words[i - 16]! + s0 + words[i - 7]! + s1) | 0
  }

  let a = state[0]!
  let b = state[1]!
  let c = state[2]!
  let d = state[3]!
  let e = state[4]!
  let f = state[5]!
  let g = state[6]!
  let h = state[7]!
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + constants[i]! + words[i]!) | 0
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0] = (state[0]! + a) | 0
  state[1] = (state[1]! + b) | 0
  state[2] = (state[2]! + c) | 0
  state[3] = (state[3]! + d) | 0
  state[4] = (state[4]! + e) | 0
  state[5] = (state[5]! + f) | 0
  state[6] = (state[6]! + g) | 0
  state[7] = (state[7]! + h) | 0
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits))
}

/** The first 64 primes. Their roots' fractions are the algorithm's constants, found here rather than listed. */
const primes: readonly number[] = firstPrimes(64)

/** The first 32 bits behind the point of a root; a double has more than enough of them. */
function fraction(root: number): number {
  return ((root - Math.floor(root)) * 0x1_0000_0000) | 0
}

const initial: Int32Array = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)))
const constants: Int32Array = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)))

function firstPrimes(count: number): readonly number[] {
  const found: number[] = []
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n)
  return found
}
