/**
 * What the judge of unsafe requests finds, at a stated rate of false alarms on harmless ones.
 */
import { unsafeKinds } from '@nearside/core'
import type { JudgedText } from './train-judge.ts'

export type UnsafeFigures = {
  /** The share of harmless requests that are taken for any kind of unsafe one. */
  readonly falseAlarms: { readonly n: number; readonly rate: number }
  /** The share of each kind's requests that are taken for an unsafe one, and for their own kind. */
  readonly perKind: {
    readonly [kind: string]: { readonly n: number; readonly recall: number; readonly asItself: number }
  }
}

/** The share of harmless requests that each kind may claim, so that together they stay near one in a hundred. */
export const judgeFalseAlarms: readonly number[] = [0.005, 0.005, 0.001]

export function thresholdsOf(
  texts: readonly JudgedText[],
  scores: readonly (readonly number[])[],
  rates: readonly number[],
): readonly number[] {
  return rates.map((rate, k) => {
    const harmless = scores.filter((_, i) => texts[i]!.column < 0).map((row) => row[k]!)
    const highest = harmless.sort((a, b) => b - a)
    const allowed = Math.floor(highest.length * rate)
    // Above the first score that is one too many, rounded up to a thousandth.
    return Math.min(0.999, Math.floor((highest[allowed] ?? 0) * 1000 + 1) / 1000)
  })
}

export function unsafeFigures(
  texts: readonly JudgedText[],
  scores: readonly (readonly number[])[],
  thresholds: readonly number[],
): UnsafeFigures {
  const isUnsafe = (row: readonly number[]): boolean => row.some((score, k) => score >= thresholds[k]!)
  const share = (rows: readonly (readonly number[])[], holds: (row: readonly number[]) => boolean): number =>
    rows.length === 0 ? 0 : rows.filter(holds).length / rows.length
  const rowsOf = (column: number) => scores.filter((_, i) => texts[i]!.column === column)
  const harmless = rowsOf(-1)
  return {
    falseAlarms: { n: harmless.length, rate: share(harmless, isUnsafe) },
    perKind: Object.fromEntries(
      unsafeKinds.map((kind, k) => {
        const rows = rowsOf(k)
        const asItself = share(rows, (row) => row[k]! >= thresholds[k]!)
        return [kind, { n: rows.length, recall: share(rows, isUnsafe), asItself }]
      }),
    ),
  }
}
