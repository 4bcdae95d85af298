/**
 * How certain it is which intent a question is about: from what each intent's column says to a few signs.
 *
 * How far the loudest is above the second, how loud it is at all, what share of all voices it has, and how far it is above
 * what is out of scope (above the mean, where a pack has no such examples). The build weighs them on questions that it kept
 * back, some of them of intents that it kept back whole: so a pack learns how a question sounds that none of its intents is about.
 */
export type Likeness = {
  /** The loudest column; the last is what is out of scope, where the pack has examples of it. */
  readonly column: number
  readonly signs: Float64Array
}

export const signCount = 4

export function likenessOf(logits: Float32Array, outside: boolean): Likeness {
  let column = 0
  let mean = 0
  for (let c = 0; c < logits.length; c++) {
    mean += logits[c]! / logits.length
    if (logits[c]! > logits[column]!) column = c
  }
  const top = logits[column]!
  let second = Number.NEGATIVE_INFINITY
  let voices = 0
  for (let c = 0; c < logits.length; c++) {
    if (c !== column) second = Math.max(second, logits[c]!)
    voices += Math.exp(logits[c]! - top)
  }
  const nobody = outside ? logits.at(-1)! : mean
  return { column, signs: Float64Array.of(top - second, top - mean, -Math.log(voices), top - nobody) }
}
