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
  const drawn = (figure: 'precision' | 'recall'): Interval =>
    bootstrapInterval(
      judged.length,
      (some) => sensitivityFigures([...some].map((i) => judged[i]!))[figure] ?? 0,
      seededRandom(1),
    )
  return {
    ...figures,
    precisionInterval: figures.precision === null ? null : drawn('precision'),
    recallInterval: drawn('recall'),
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
    recallInterval: bootstrapInterval(
      found.length,
      (some) => share([...some].map((i) => found[i]!)),
      seededRandom(1),
    ),
  }
}
