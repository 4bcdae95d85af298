/**
 * From the pieces of a question to what each intent's column says of them: one weighted sum of rows, as the graph in the
 * pack's file has it.
 */
import type { Pieces } from './pieces.ts'
import type { IntentPack } from './read-pack.ts'

/** What each column says of the pieces. */
export function columnLogits(pack: IntentPack, pieces: Pieces): Float32Array {
  const { columns, table, scale, bias } = pack
  const sums = new Float32Array(columns)
  for (const [row, weight] of weighedRows(pack, pieces)) {
    const from = row * columns
    for (let c = 0; c < columns; c++) sums[c] = sums[c]! + weight * table[from + c]!
  }
  for (let c = 0; c < columns; c++) sums[c] = sums[c]! * scale[c]! + bias[c]!
  return sums
}

/** The rows of a question's known pieces and what each weighs: each field of one length, whatever it holds. */
export function weighedRows(
  { pieces: known, rarity, fieldWeights }: Pick<IntentPack, 'pieces' | 'rarity' | 'fieldWeights'>,
  { hashes, counts, ends }: Pieces,
): readonly (readonly [row: number, weight: number])[] {
  const rows: [row: number, weight: number][] = []
  let at = 0
  for (const [field, end] of ends.entries()) {
    const first = rows.length
    let squares = 0
    for (; at < end; at++) {
      const row = rowOf(known, hashes[at]!)
      if (row < 0) continue
      const weight = (1 + Math.log(counts[at]!)) * rarity[row]!
      squares += weight * weight
      rows.push([row, weight])
    }
    const length = fieldWeights[field]! / Math.sqrt(squares || 1)
    for (let i = first; i < rows.length; i++) rows[i]![1] *= length
  }
  return rows
}

/** The row of a piece; below zero where the pack does not know it. */
function rowOf(known: Int32Array, hash: number): number {
  let [low, high] = [0, known.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = known[middle]!
    if (found === hash) return middle
    if (found < hash) low = middle + 1
    else high = middle - 1
  }
  return -1
}
