/**
 * What a tagger sees of a token: its word, its looks, its neighbours, two to each side, as buckets of one hashed table.
 *
 * A feature is a template and the hashes it joins. `common` says of a word's hash how ordinary it is: that "novel" is a word
 * of every day and "schmitz" is not says more about lower-case names than either word does.
 */
import { mix, type Tokens } from './scan-tokens.ts'

export const tokenFeatureCount = 27

/** Writes the buckets of token `at` into `out`, which holds `tokenFeatureCount`. */
export function tokenFeatures(
  tokens: Tokens,
  at: number,
  common: Uint8Array,
  bucketMask: number,
  out: Int32Array,
): void {
  const { count, word, shape, head, tail, gap } = tokens
  const has1 = at > 0
  const has2 = at > 1
  const next1 = at + 1 < count
  const next2 = at + 2 < count
  const w0 = word[at]!
  const s0 = shape[at]! + common[at]!
  const wl = has1 ? word[at - 1]! : 1
  const wr = next1 ? word[at + 1]! : 2
  const wl2 = has2 ? word[at - 2]! : 3
  const wr2 = next2 ? word[at + 2]! : 4
  const sl = has1 ? shape[at - 1]! + common[at - 1]! : 5
  const sr = next1 ? shape[at + 1]! + common[at + 1]! : 6
  const sl2 = has2 ? shape[at - 2]! + common[at - 2]! : 7
  const sr2 = next2 ? shape[at + 2]! + common[at + 2]! : 8
  const g0 = gap[at]!
  const gr = next1 ? gap[at + 1]! : 9

  out[0] = bucket(1, w0, 0, bucketMask)
  out[1] = bucket(2, s0, 0, bucketMask)
  out[2] = bucket(3, head[at]!, 0, bucketMask)
  out[3] = bucket(4, tail[at]!, 0, bucketMask)
  out[4] = bucket(5, wl, 0, bucketMask)
  out[5] = bucket(6, wr, 0, bucketMask)
  out[6] = bucket(7, wl2, 0, bucketMask)
  out[7] = bucket(8, wr2, 0, bucketMask)
  out[8] = bucket(9, sl, 0, bucketMask)
  out[9] = bucket(10, sr, 0, bucketMask)
  out[10] = bucket(11, wl2, wl, bucketMask)
  out[11] = bucket(12, wr, wr2, bucketMask)
  out[12] = bucket(13, sl, s0, bucketMask)
  out[13] = bucket(14, s0, sr, bucketMask)
  out[14] = bucket(15, wl, s0, bucketMask)
  out[15] = bucket(16, s0, wr, bucketMask)
  out[16] = bucket(17, wl, wr, bucketMask)
  out[17] = bucket(18, g0, s0, bucketMask)
  out[18] = bucket(19, gr, s0, bucketMask)
  out[19] = bucket(20, common[at]!, 0, bucketMask)
  out[20] = bucket(21, sl2, sl, bucketMask)
  out[21] = bucket(22, sr, sr2, bucketMask)
  out[22] = bucket(23, mix(sl, s0), sr, bucketMask)
  out[23] = bucket(24, has1 ? tail[at - 1]! : 1, s0, bucketMask)
  out[24] = bucket(25, next1 ? tail[at + 1]! : 1, s0, bucketMask)
  out[25] = bucket(26, g0, wl, bucketMask)
  out[26] = bucket(27, at < 3 ? at : 3, s0, bucketMask)
}

function bucket(template: number, a: number, b: number, mask: number): number {
  let hash = Math.imul(a ^ (template * 0x9e3779b1), 0x85ebca6b)
  hash = Math.imul((hash ^ (hash >>> 13)) + b, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) & mask
}
