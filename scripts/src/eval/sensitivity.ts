/**
 * Personal data and unsafe requests, as the shipped detectors and heads find them.
 *
 * A file of sentences is judged by `pii` against the rest; a file of unsafe requests by the share of each label that is
 * taken for an unsafe one, as it has no harmless rows to be wrong about.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { detect, judgeUnsafe, nameDetector, readTextHeads, type TextHeads } from '@nearside/core'
import { type SensitivityFigures, sensitivityFigures } from '../sensitivity/figures.ts'
import { readSentences, type SentenceRow } from '../sensitivity/rows.ts'

const sentenceLabels: ReadonlySet<string> = new Set(['pii', 'entity_only', 'none', 'none_assumed'])

export function shippedTextHeads(): TextHeads {
  const path = createRequire(import.meta.url).resolve('@nearside/core/text-heads.bin')
  return readTextHeads(readFileSync(path))
}

export function evaluateSensitivity(file: string, heads: TextHeads = shippedTextHeads()): SensitivityFigures {
  const rows = readSentences(file)
  return rows.some(({ label }) => sentenceLabels.has(label))
    ? ofSentences(rows, heads)
    : ofUnsafe(rows, heads)
}

function ofSentences(rows: readonly SentenceRow[], heads: TextHeads): SensitivityFigures {
  const names = nameDetector(heads)
  return sensitivityFigures(rows.map((row) => ({ row, findings: detect(row.text, names) })))
}

function ofUnsafe(rows: readonly SentenceRow[], heads: TextHeads): SensitivityFigures {
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
  }
}
