/**
 * Random numbers from a seed: the same everywhere, for ever.
 *
 * The trained weights are committed with their hash, so every draw on the way to them must be repeatable.
 * The generator is Mulberry32: one 32-bit word of state, 32-bit integer operations only.
 */

/** Gives the next number, at least 0 and below 1. */
export type Random = () => number

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A whole number from `least` to `most`, both included. */
export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1))
}

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)]!
}

export function chance(random: Random, probability: number): boolean {
  return random() < probability
}

/** Close to a standard normal number: twelve uniform ones, added. Needs no logarithm. */
export function normal(random: Random): number {
  let sum = -6
  for (let draw = 0; draw < 12; draw++) sum += random()
  return sum
}
