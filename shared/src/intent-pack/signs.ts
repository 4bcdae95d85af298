/**
 * How certain it is which intent a question is about: from what each intent's column says to a few signs.
 *
 * How far the loudest is above the second, how loud it is at all, and what share of all voices it has. The build weighs them
 * on questions that it kept back, some of them of intents that it kept back whole: so a pack learns how a question sounds
 * that none of its intents is about.
 */
import type { Certainty } from './card.ts'

export type Likeness = {
  /** The loudest column; the last is what is out of scope, where the pack has examples of it. */
  readonly column: number
  readonly signs: Float64Array
}

export const signCount = 3

/** How much louder the loudest voice is heard than a quieter one, when shares are taken. */
const sharpness = 4

export function likenessOf(voices: ArrayLike<number>): Likeness {
  let column = 0
  for (let c = 1; c < voices.length; c++) if (voices[c]! > voices[column]!) column = c
  const top = voices[column]!
  let second = Number.NEGATIVE_INFINITY
  let all = 0
  for (let c = 0; c < voices.length; c++) {
    if (c !== column) second = Math.max(second, voices[c]!)
    all += Math.exp(sharpness * (voices[c]! - top))
  }
  return { column, signs: Float64Array.of(top - second, top, -Math.log(all)) }
}

/** That the loudest intent is the right one. */
export function logOddsOf(
  signs: ArrayLike<number>,
  { weights, offset }: Pick<Certainty, 'weights' | 'offset'>,
): number {
  let logOdds = offset
  for (const [s, weight] of weights.entries()) logOdds += weight * signs[s]!
  return logOdds
}
