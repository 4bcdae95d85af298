/**
 * The operator's own wordings: a question that is one of them needs no judgement.
 *
 * Kept as 64 bits of hash each, in rising order of the first half, since a pack of thousands of examples needs no text of them.
 */
import { hashEnd, hashStart, hashStep } from '../classifier/hash.ts'

export type StatedWordings = {
  readonly first: Int32Array
  readonly second: Int32Array
  /** The intent of each. */
  readonly intents: Int32Array
}

/** The intent that was stated in this form; below zero where none was. */
export function statedIntent({ first, second, intents }: StatedWordings, form: string): number {
  const [high, low] = wordingHashes(form)
  let [from, to] = [0, first.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (first[middle]! < high) from = middle + 1
    else to = middle
  }
  for (let at = from; at < first.length && first[at] === high; at++)
    if (second[at] === low) return intents[at]!
  return -1
}

export function wordingHashes(form: string): readonly [first: number, second: number] {
  let [first, second] = [hashStart(21), hashStart(22)]
  for (let i = 0; i < form.length; i++) {
    first = hashStep(first, form.charCodeAt(i))
    second = hashStep(hashEnd(second), form.charCodeAt(i))
  }
  return [hashEnd(first) | 0, hashEnd(second) | 0]
}
