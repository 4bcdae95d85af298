/**
 * Keccak-256 as Ethereum uses it: the sponge of FIPS 202 with the padding from before it became SHA-3.
 *
 * A lane of 64 bits is two 32-bit words. Meant for short inputs: the capitals of an Ethereum address are its check, and they
 * are this digest.
 */
const rounds = 24
const rateBytes = 136

/** How far each lane turns, and where it goes, in the order of the walk that the standard describes. */
const turns = [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44]
const places = [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1]
const constants = roundConstants()

export function keccak256(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((bytes.length + 1) / rateBytes) * rateBytes)
  padded.set(bytes)
  padded[bytes.length] = 0x01
  padded[padded.length - 1] = (padded[padded.length - 1] ?? 0) | 0x80
  const view = new DataView(padded.buffer)

  // Lane i: its low word at 2i, its high word at 2i + 1.
  const state = new Uint32Array(50)
  for (let block = 0; block < padded.length; block += rateBytes) {
    for (let i = 0; i < rateBytes / 4; i++) state[i] = (state[i]! ^ view.getUint32(block + i * 4, true)) >>> 0
    for (let round = 0; round < rounds; round++) permute(state, round)
  }

  const digest = new Uint8Array(32)
  const out = new DataView(digest.buffer)
  for (let i = 0; i < 8; i++) out.setUint32(i * 4, state[i]!, true)
  return digest
}

function permute(state: Uint32Array, round: number): void {
  const column = new Uint32Array(10)
  for (let x = 0; x < 10; x++) {
    column[x] = state[x]! ^ state[x + 10]! ^ state[x + 20]! ^ state[x + 30]! ^ state[x + 40]!
  }
  for (let x = 0; x < 5; x++) {
    const left = ((x + 4) % 5) * 2
    const right = ((x + 1) % 5) * 2
    const low = column[left]! ^ ((column[right]! << 1) | (column[right + 1]! >>> 31))
    const high = column[left + 1]! ^ ((column[right + 1]! << 1) | (column[right]! >>> 31))
    for (let y = 0; y < 50; y += 10) {
      state[y + x * 2] = state[y + x * 2]! ^ low
      state[y + x * 2 + 1] = state[y + x * 2 + 1]! ^ high
    }
  }

  let low = state[2]!
  let high = state[3]!
  for (let i = 0; i < 24; i++) {
    const at = places[i]! * 2
    const nextLow = state[at]!
    const nextHigh = state[at + 1]!
    const turn = turns[i]!
    const [a, b] = turn < 32 ? [low, high] : [high, low]
    const bits = turn % 32
    state[at] = bits === 0 ? a : (a << bits) | (b >>> (32 - bits))
    state[at + 1] = bits === 0 ? b : (b << bits) | (a >>> (32 - bits))
    low = nextLow
    high = nextHigh
  }

  for (let y = 0; y < 50; y += 10) {
    const row = state.slice(y, y + 10)
    for (let x = 0; x < 10; x++) state[y + x] = row[x]! ^ (~row[(x + 2) % 10]! & row[(x + 4) % 10]!)
  }
  state[0] = state[0]! ^ constants[round * 2]!
  state[1] = state[1]! ^ constants[round * 2 + 1]!
}

/** The standard's own rule: bit 2^j - 1 of round r comes out of a shift register of eight bits. */
function roundConstants(): Uint32Array {
  const words = new Uint32Array(rounds * 2)
  let register = 1
  for (let round = 0; round < rounds; round++) {
    for (let j = 0; j < 7; j++) {
      const bit = 2 ** j - 1
      if (register & 1) {
        const word = round * 2 + (bit < 32 ? 0 : 1)
        words[word] = (words[word]! | (1 << (bit % 32))) >>> 0
      }
      register = register & 0x80 ? ((register << 1) ^ 0x171) & 0xff : register << 1
    }
  }
  return words
}
