/**
 * Personal data and unsafe requests, as the shipped detectors and heads find them.
 *
 * A file of sentences is judged by `pii` against the rest; a file of unsafe requests by the share of each label that is
 * taken for an unsafe one, as it has no harmless rows to be wrong about.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { detect, judgeUnsafe, nameDetector, readTextHeads, type TextHeads } from '@nearside/core'
import { bootstrapInterval, type Interval } from '../measure/bootstrap.ts'
import { type SensitivityFigures, sensitivityFigures } from '../sensitivity/figures.ts'
import { readSentences, type SentenceRow } from '../sensitivity/rows.ts'
import { seededRandom } from '../train/random.ts'

const sentenceLabels: ReadonlySet<string> = new Set(['pii', 'entity_only', 'none', 'none_assumed'])

export function shippedTextHeads(): TextHeads {
  const path = createRequire(import.meta.url).resolve('@nearside/core/text-heads.bin')
  return readTextHeads(readFileSync(path))
}

export type SensitivityEvaluation = SensitivityFigures & {
  readonly precisionInterval: Interval | null
  readonly recallInterval: Interval
}

export function evaluateSensitivity(
  file: string,
  heads: TextHeads = shippedTextHeads(),
): SensitivityEvaluation {
  const rows = readSentences(file)
  return rows.some(({ label }) => sentenceLabels.has(label))
    ? ofSentences(rows, heads)
    : ofUnsafe(rows, heads)
}

function ofSentences(rows: readonly SentenceRow[], heads: TextHeads): SensitivityEvaluation {
  const names = nameDetector(heads)
  const judged = rows.map((row) => ({ row, findings: detect(row.text, names) }))
  const figures = sensitivityFigures(judged)
  const isFound = judged.map(({ findings }) => findings.length > 0)
  const positive = rows.flatMap(({ label }, i) => (label === 'pii' ? [i] : []))
  const wrong = rows.flatMap(({ label }, i) => (isNegative(label) && isFound[i] ? [i] : []))
  const taken = [...positive.filter((i) => isFound[i]), ...wrong]
  return {
    ...figures,
    precisionInterval:
      figures.precision === null ? null : shareInterval(taken, (i) => rows[i]!.label === 'pii'),
    recallInterval: shareInterval(positive, (i) => isFound[i]!),
  }
}

function ofUnsafe(rows: readonly SentenceRow[], heads: TextHeads): SensitivityEvaluation {
  const found = rows.map(({ text, label }) => ({ label, isFound: judgeUnsafe(text, heads).kinds.length > 0 }))
  const share = (some: readonly { readonly isFound: boolean }[]): number =>
    some.filter(({ isFound }) => isFound).length / Math.max(1, some.length)
  const labels = [...new Set(found.map(({ label }) => label))].sort()
  return {
    n: rows.length,
    precision: null,
    recall: share(found),
    f1: null,
    perKind: Object.fromEntries(
      labels.map((label) => {
        const own = found.filter((row) => row.label === label)
        return [label, { n: own.length, recall: share(own), covered: share(own) }]
      }),
    ),
    falseAlarms: {},
    precisionInterval: null,
    recallInterval: shareInterval(found, (row) => row.isFound),
  }
}

function isNegative(label: string): boolean {
  return label === 'entity_only' || label === 'none'
}

/** Of how large the share may be, by the luck of the rows. */
function shareInterval<Row>(rows: readonly Row[], isFound: (row: Row) => boolean): Interval {
  const flags = rows.map(isFound)
  const share = (drawn: Int32Array): number =>
    drawn.reduce((sum, i) => sum + (flags[i] ? 1 : 0), 0) / Math.max(1, drawn.length)
  return bootstrapInterval(rows.length, share, seededRandom(1))
}
