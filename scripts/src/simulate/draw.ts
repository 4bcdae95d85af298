/**
 * Chance that can be repeated: numbers from 0 to 1 that follow from words alone.
 *
 * Whoever draws for the same words gets the same numbers, on every machine and in every order of requests, so a
 * simulated model needs no memory to be random.
 */
export type Draw = () => number

export function drawFor(...words: readonly (string | number)[]): Draw {
  let state = hashOf(words.join('\u0000'))
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** FNV-1a with a last stir: texts that differ in their last letter alone are as far apart as any. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  return (hash ^ (hash >>> 16)) >>> 0
}

export function pick<T>(items: readonly T[], draw: Draw): T {
  const item = items[Math.min(items.length - 1, Math.floor(draw() * items.length))]
  if (item === undefined) throw new RangeError('There is nothing to pick from.')
  return item
}

export function shuffle<T>(items: readonly T[], draw: Draw): T[] {
  const order = [...items]
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1))
    const held = order[i] as T
    order[i] = order[j] as T
    order[j] = held
  }
  return order
}

export function between(least: number, most: number, draw: Draw): number {
  return least + Math.floor(draw() * (most - least + 1))
}
