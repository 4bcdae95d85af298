/** Sums for a terminal: a row a scope and window, columns as wide as what stands in them, and a bar where a cap was set. */
import { type CapTerms, formatUsd } from '@nearside/core'
import type { WindowSums } from './read-books.ts'

const heads = ['scope', 'window', 'settled', 'held', 'expired', 'overrun', 'charges', 'resets (UTC)']
const barChars = 12

export function booksTable(books: readonly WindowSums[], caps: readonly CapTerms[] = []): string {
  const rows = books.map((row) => [
    row.scope,
    row.window,
    formatUsd(row.settled),
    formatUsd(row.held),
    formatUsd(row.expired),
    formatUsd(row.overrun),
    String(row.charges),
    row.resetsAt === null ? 'never' : minuteText(row.resetsAt),
    ...(caps.length === 0 ? [] : capCells(row, caps)),
  ])
  return tableOf(caps.length === 0 ? heads : [...heads, 'of the cap', ''], rows, [2, 3, 4, 5, 6])
}

/** The tightest cap that was set for the scope and window: how full it is. */
function capCells(row: WindowSums, caps: readonly CapTerms[]): readonly [string, string] {
  const own = caps.filter(({ scope, window }) => scope === row.scope && window === row.window)
  const [tightest] = own.toSorted((one, other) => one.limit - other.limit)
  if (tightest === undefined) return ['', '']
  const share = tightest.limit === 0 ? 1 : (row.settled + row.held + row.expired) / tightest.limit
  const soft = tightest.kind === 'soft' ? ' soft' : ''
  return [barOf(share), `${Math.round(share * 100)} % of ${formatUsd(tightest.limit)}${soft}`]
}

/** Never full before it is, and never empty once something was spent. */
export function barOf(share: number): string {
  const full =
    share >= 1 ? barChars : Math.min(barChars - 1, Math.max(share > 0 ? 1 : 0, Math.floor(share * barChars)))
  return `${'█'.repeat(full)}${'░'.repeat(barChars - full)}`
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
  const widths = heads.map((_, column) =>
    lines.reduce((widest, line) => Math.max(widest, line[column]?.length ?? 0), 0),
  )
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
