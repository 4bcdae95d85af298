/**
 * Examples as rows of pieces, and the pieces that a pack will know: those of at least two examples, where there are many, since
 * a piece that was seen once says only which example it was.
 */
import { type Pieces, weighedRows } from '@nearside/core'
import type { SparseRows } from '../train/sparse.ts'

export type PieceSet = {
  /** Hashes in rising order: a piece's place is its row. */
  readonly pieces: Int32Array
  readonly rarity: Float32Array
  readonly fieldWeights: Float32Array
}

/** Words and pieces of words say as much as each other, and the ends half of it. */
const fieldWeights: Float32Array = Float32Array.of(1.5, 1.5, 0.75)

/** Below so many examples every piece is kept: there is none to spare. */
const fewExamples = 500

export function pieceSetOf(examples: readonly Pieces[]): PieceSet {
  const holders = new Map<number, number>()
  for (const { hashes } of examples)
    for (const hash of new Set(hashes)) holders.set(hash, (holders.get(hash) ?? 0) + 1)
  const least = examples.length < fewExamples ? 1 : 2
  const pieces = Int32Array.from([...holders.keys()].filter((hash) => holders.get(hash)! >= least)).sort()
  const rarity = Float32Array.from(pieces, (hash) =>
    Math.sqrt(Math.log((examples.length + 1) / (holders.get(hash)! + 1)) + 1e-3),
  )
  return { pieces, rarity, fieldWeights }
}

export function pieceRows(set: PieceSet, examples: readonly Pieces[]): SparseRows {
  const rows = examples.map((pieces) => weighedRows(set, pieces))
  const starts = new Int32Array(rows.length + 1)
  for (const [i, row] of rows.entries()) starts[i + 1] = starts[i]! + row.length
  const ids = new Int32Array(starts[rows.length]!)
  const weights = new Float32Array(ids.length)
  for (const [i, row] of rows.entries())
    for (const [n, [id, weight]] of row.entries()) {
      ids[starts[i]! + n] = id
      weights[starts[i]! + n] = weight
    }
  return { starts, ids, weights, width: set.pieces.length }
}
