/**
 * Deals rows into folds: near-duplicates together, and every stratum (a domain and an outcome) spread evenly.
 *
 * Without strata the scores of several folds cannot be ranked in one list: a fold that happens to hold more of the
 * hard rows has a training set with fewer of them, whose model then says less of each row, so that hard folds rank low.
 */
import { nearDuplicateGroups } from './near-duplicates.ts'
import { seededRandom, shuffled } from './random.ts'

export function dealFolds(
  texts: readonly string[],
  strata: readonly string[],
  folds: number,
  seed: number,
): Int32Array {
  const groups = nearDuplicateGroups(texts)
  const members = new Map<number, number[]>()
  for (const [row, group] of groups.entries()) {
    const list = members.get(group)
    if (list === undefined) members.set(group, [row])
    else list.push(row)
  }
  const ids = [...members.keys()]
  const next = new Map<string, number>()
  const fold = new Int32Array(texts.length)
  const random = seededRandom(seed)
  for (const place of shuffled(ids.length, random)) {
    const group = ids[place]!
    const stratum = strata[group]!
    const to = next.get(stratum) ?? Math.floor(random() * folds)
    next.set(stratum, (to + 1) % folds)
    for (const row of members.get(group)!) fold[row] = to
  }
  return fold
}
