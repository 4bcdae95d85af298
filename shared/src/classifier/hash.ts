/**
 * Hashing of short pieces of text into 32 bits, in integer arithmetic alone, so that every platform agrees.
 *
 * FNV-1a over UTF-16 code units, with the last mixing steps of MurmurHash3: FNV's own low bits are poor, and a bucket
 * is taken from them.
 */

export function hashStart(seed: number): number {
  return Math.imul(0x811c9dc5 ^ seed, 0x01000193)
}

export function hashStep(hash: number, value: number): number {
  return Math.imul(hash ^ value, 0x01000193)
}

export function hashEnd(hash: number): number {
  let mixed = hash ^ (hash >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
