/** Sums for a terminal: a row a scope and window, columns as wide as what stands in them. */
import { formatUsd } from '@nearside/core'
import type { WindowSums } from './read-books.ts'

export function booksTable(books: readonly WindowSums[]): string {
  return tableOf(
    ['scope', 'window', 'settled', 'held', 'expired', 'overrun', 'charges', 'resets (UTC)'],
    books.map((row) => [
      row.scope,
      row.window,
      formatUsd(row.settled),
      formatUsd(row.held),
      formatUsd(row.expired),
      formatUsd(row.overrun),
      String(row.charges),
      row.resetsAt === null ? 'never' : minuteText(row.resetsAt),
    ]),
    [2, 3, 4, 5, 6],
  )
}

export function minuteText(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}

/** `right` are the columns of numbers, which end where the others begin. */
export function tableOf(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): string {
  const lines = [heads, ...rows]
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const written = lines.map((line) =>
    line
      .map((cell, column) =>
        right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
  return `${written.join('\n')}\n`
}
