/** The measured designs as a table for people. */
import type { Measured } from './measure-design.ts'
import type { Winner } from './winners.ts'

const columns: Readonly<Record<string, (row: Measured) => string>> = {
  environment: (row) => row.environment,
  design: (row) => row.design,
  'success [95 %]': ({ success, successInterval: [low, high] }) =>
    `${success.toFixed(3)} [${low.toFixed(2)}, ${high.toFixed(2)}]`,
  'cost a task, nano-$': (row) => grouped(Math.round(row.chargedNano / row.tasks)),
  'device energy a task, J': (row) => (row.deviceMillijoules / 1_000 / row.tasks).toFixed(0),
  'peak device context, tokens': (row) => grouped(row.peakDeviceTokens),
  'turns a task': (row) => row.meanTurns.toFixed(1),
  'supervisor calls a task': (row) => (row.supervisorCalls / row.tasks).toFixed(1),
  'out of turns': (row) => String(row.outOfTurns),
}

/** In Markdown, so that it can be put into a page as it is printed. */
export function tableOf(rows: readonly Measured[]): string {
  const names = Object.keys(columns)
  const cells = [names, ...rows.map((row) => names.map((name) => columns[name]?.(row) ?? ''))]
  const widths = names.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)))
  const [head, ...body] = cells.map(
    (line) =>
      `| ${line.map((cell, i) => (i < textColumns ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`,
  )
  const rule = widths.map((width, i) =>
    i < textColumns ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`,
  )
  return [head, `|${rule.join('|')}|`, ...body].join('\n')
}

const textColumns = 2

export function winnerLines(winners: readonly Winner[]): string {
  return winners
    .map(
      (winner) =>
        `${winner.environment}: most successful ${winner.most_successful}; not told from it: ${winner.as_good.join(', ')}; the cheapest of these: ${winner.cheapest_as_good}`,
    )
    .join('\n')
}

function grouped(value: number): string {
  return value.toLocaleString('en')
}
