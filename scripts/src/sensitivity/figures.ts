/**
 * The figures that sensitivity is measured by.
 *
 * Positive is `pii`; precision is taken against `entity_only` and `none`. `none_assumed` was never checked by hand, so its
 * false alarms are told apart and claim nothing. A labelled span is found when findings cover every letter and digit of it,
 * and touched when one lies on it.
 */
import type { Finding } from '@nearside/core'
import type { SentenceRow } from './rows.ts'

export type KindFigures = { readonly n: number; readonly recall: number; readonly covered: number }
export type SensitivityFigures = {
  readonly n: number
  /** Null where the file has no negatives to be wrong about. */
  readonly precision: number | null
  readonly recall: number
  readonly f1: number | null
  readonly perKind: { readonly [kind: string]: KindFigures }
  readonly falseAlarms: { readonly [label: string]: { readonly n: number; readonly rate: number } }
}

/** Span types that are no personal data by themselves: they are not asked to be found. */
const entityTypes: ReadonlySet<string> = new Set([
  'LOCATION',
  'GPE',
  'ORGANIZATION',
  'NRP',
  'DATE_TIME',
  'DOMAIN_NAME',
  'TITLE',
  'PREFIX',
])
const negatives = ['entity_only', 'none'] as const

export type JudgedRow = { readonly row: SentenceRow; readonly findings: readonly Finding[] }

export function sensitivityFigures(judged: readonly JudgedRow[]): SensitivityFigures {
  const positives = judged.filter(({ row }) => row.label === 'pii')
  const found = count(positives)
  const wrong = count(judged.filter(({ row }) => negatives.some((label) => label === row.label)))
  const hasNegatives = judged.some(({ row }) => negatives.some((label) => label === row.label))
  const recall = positives.length === 0 ? 0 : found / positives.length
  const precision = hasNegatives && found + wrong > 0 ? found / (found + wrong) : null
  const labels = ['entity_only', 'none', 'none_assumed']
  return {
    n: judged.length,
    precision,
    recall,
    f1:
      precision === null || precision + recall === 0 ? null : (2 * precision * recall) / (precision + recall),
    perKind: perKind(positives),
    falseAlarms: Object.fromEntries(
      labels.flatMap((label) => {
        const rows = judged.filter(({ row }) => row.label === label)
        return rows.length === 0 ? [] : [[label, { n: rows.length, rate: count(rows) / rows.length }]]
      }),
    ),
  }
}

function count(judged: readonly JudgedRow[]): number {
  return judged.filter(({ findings }) => findings.length > 0).length
}

function perKind(positives: readonly JudgedRow[]): { readonly [kind: string]: KindFigures } {
  const sums = new Map<string, { n: number; touched: number; covered: number }>()
  for (const { row, findings } of positives) {
    for (const { type, start, end } of row.spans) {
      if (entityTypes.has(type)) continue
      const sum = sums.get(type) ?? { n: 0, touched: 0, covered: 0 }
      sum.n++
      if (findings.some((finding) => finding.start < end && finding.end > start)) sum.touched++
      if (isCovered(row.text, start, end, findings)) sum.covered++
      sums.set(type, sum)
    }
  }
  return Object.fromEntries(
    [...sums]
      .sort()
      .map(([type, { n, touched, covered }]) => [type, { n, recall: touched / n, covered: covered / n }]),
  )
}

function isCovered(text: string, start: number, end: number, findings: readonly Finding[]): boolean {
  for (let at = start; at < end; at++) {
    if (!/[\p{L}\p{N}]/u.test(text[at]!)) continue
    if (!findings.some((finding) => finding.start <= at && at < finding.end)) return false
  }
  return true
}
