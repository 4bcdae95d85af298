/** Learns to tell requests that attack: those that talk a model out of its instructions, and those that ask for harm. */
import type { UnsafeRow } from './rows.ts'
import { fitSoftmax, type Multinomial } from './softmax.ts'
import { type ReadTexts, type ShapeNorm, scaledRows } from './sparse.ts'

export const attackNames: readonly string[] = ['none', 'jailbreak', 'harmful']

export type AttackModel = { readonly softmax: Multinomial; readonly shapeWeight: number }

const shapeWeight = 0.05
/** An attack weighs as much as so many harmless requests: there are many more of those, here and in life. */
const attackWeight = 3

export function attackClass(row: UnsafeRow | null): number {
  if (row === null) return 0
  return row.label === 'harmful_request' ? 2 : 1
}

export function fitAttacks(
  texts: ReadTexts,
  classes: readonly number[],
  chosen: readonly number[],
  norm: ShapeNorm,
): AttackModel {
  const softmax = fitSoftmax(
    scaledRows(texts, null, norm, shapeWeight),
    chosen,
    chosen.map((i) => classes[i]!),
    {
      classes: attackNames.length,
      epochs: 4,
      rate: 0.3,
      decay: 1e-5,
      smoothing: 0.02,
      rowWeights: chosen.map((i) => (classes[i] === 0 ? 1 : attackWeight)),
      seed: 1,
    },
  )
  return { softmax, shapeWeight }
}
