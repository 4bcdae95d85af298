/**
 * The examples as wordings that are answered without a doubt: all but those that two intents claim, and those that the machine takes
 * for another intent although it learned from them, since such an example stands most likely in the wrong place.
 */
import { type StatedWordings, statedForm, wordingHashes } from '@nearside/core'
import type { Labelled } from './build-pack.ts'

/** `said` is what the machine says of each example; the intents are the columns below `intents`. */
export function stateWordings(
  labelled: readonly Labelled[],
  said: ArrayLike<number>,
  intents: number,
): StatedWordings {
  const claims = new Map<string, number>()
  for (const [i, { example, column }] of labelled.entries()) {
    const form = statedForm(example.text)
    const claim = column < intents && said[i] === column ? column : contested
    claims.set(form, (claims.get(form) ?? claim) === claim ? claim : contested)
  }
  const stated = [...claims]
    .filter(([, intent]) => intent !== contested)
    .map(([form, intent]) => ({ hashes: wordingHashes(form), intent }))
    .sort((a, b) => a.hashes[0] - b.hashes[0] || a.hashes[1] - b.hashes[1])
  return {
    first: Int32Array.from(stated, ({ hashes }) => hashes[0]),
    second: Int32Array.from(stated, ({ hashes }) => hashes[1]),
    intents: Int32Array.from(stated, ({ intent }) => intent),
  }
}

const contested = -1
