/**
 * Repeatable randomness: sfc32, a small generator that passes the usual batteries, filled from a seed by
 * splitmix32 so that neighbouring seeds give unrelated sequences.
 */
export type Random = () => number

/** Numbers from 0 up to, not including, 1. Any integer is a seed. */
export function seededRandom(seed: number): Random {
  const fill = splitmix32((seed >>> 0) ^ Math.imul(Math.floor(seed / 4_294_967_296) >>> 0, 0x9e3779b1))
  let a = fill()
  let b = fill()
  let c = fill()
  let counter = 1
  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let round = 0; round < 12; round++) next()
  return () => next() / 4_294_967_296
}

function splitmix32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) | 0
  }
}
