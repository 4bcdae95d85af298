/**
 * The words of `npm run eval -- strategies`: a table for people or one JSON object; `--svg` writes the plot, `--table` the
 * measured table of the strategy `domain`.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readDomainTable } from '@nearside/core'
import { progressBar } from '../../train/progress.ts'
import { measureTable } from './measure-table.ts'
import { replayedRows } from './out-of-fold.ts'
import { plotOf } from './plot.ts'
import { replay } from './replay.ts'
import { tableOf } from './table-of.ts'

const folds = 5

/** False where no folder of data is named. */
export function runStrategies(words: readonly string[]): boolean {
  const { values } = parseArgs({
    args: [...words],
    options: {
      data: { type: 'string' },
      json: { type: 'boolean', default: false },
      svg: { type: 'string' },
      table: { type: 'string' },
    },
  })
  if (values.data === undefined) return false
  const bar = progressBar('folds', folds, (line) => process.stderr.write(`${line}\n`))
  const rows = replayedRows(values.data, folds, bar)
  const figures = replay(rows)
  if (values.svg !== undefined) writeFileSync(values.svg, plotOf(figures))
  if (values.table !== undefined) {
    const sources = [...new Set(rows.map(({ source }) => source))]
    const measuredOn = `${rows.length} recorded outcomes of a small and a large model (${sources.join(', ')})`
    const table = readDomainTable(measureTable(rows, { measuredOn, domains: false }))
    const { clusters, ...head } = table
    // A cluster a line, so that two measurements can be compared.
    const lines = clusters.map((cluster) => `    ${JSON.stringify(cluster)}`)
    const opening = JSON.stringify(head, null, 2).replace(/\n}$/, '')
    writeFileSync(values.table, `${opening},\n  "clusters": [\n${lines.join(',\n')}\n  ]\n}\n`)
  }
  process.stdout.write(
    values.json ? `${JSON.stringify({ eval: 'strategies', folds, figures })}\n` : `${tableOf(figures)}\n`,
  )
  return true
}
