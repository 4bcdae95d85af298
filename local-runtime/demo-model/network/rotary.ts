/**
 * Rotary positions: each head's vector is turned, pair by pair, by an angle that grows with the token's position,
 * so that a product of query and key depends on how far apart the two are. Element `i` is paired with element
 * `i + half`, as in Llama's own weights.
 */
import { cosineAndSine, exponential } from './exact.ts'
import type { Numbers } from './matrix.ts'
import type { Shape } from './parameters.ts'

/** Row `position` holds the cosines, or sines, of that position's `headSize / 2` angles. */
export type RotaryTable = {
  readonly half: number
  readonly cosines: Float32Array
  readonly sines: Float32Array
}

export function rotaryTable(shape: Shape): RotaryTable {
  const half = shape.headSize / 2
  const cosines = new Float32Array(shape.contextTokens * half)
  const sines = new Float32Array(shape.contextTokens * half)
  for (let pair = 0; pair < half; pair++) {
    const frequency = exponential((-pair / half) * shape.lnRopeBase)
    for (let position = 0; position < shape.contextTokens; position++) {
      const [cosine, sine] = cosineAndSine(position * frequency)
      cosines[position * half + pair] = cosine
      sines[position * half + pair] = sine
    }
  }
  return { half, cosines, sines }
}

/** Turns each head of each row by its position's angles; `direction` -1 turns gradients back. */
export function rotate(
  vectors: Numbers,
  positions: Int32Array,
  heads: number,
  table: RotaryTable,
  direction: 1 | -1,
): void {
  const { half, cosines, sines } = table
  let at = 0
  for (const position of positions) {
    for (let head = 0; head < heads; head++, at += 2 * half) {
      for (let pair = 0; pair < half; pair++) {
        const cosine = cosines[position * half + pair]!
        const sine = direction * sines[position * half + pair]!
        const first = vectors[at + pair]!
        const second = vectors[at + half + pair]!
        vectors[at + pair] = first * cosine - second * sine
        vectors[at + half + pair] = second * cosine + first * sine
      }
    }
  }
}
