/**
 * The table of `budget show`, kept up to date until it is told to stop: redrawn in place on a terminal, elsewhere
 * printed again when something has changed.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { RedisLink } from '../redis-connection/redis-link.ts'
import { capsOfTenant } from './cap-book.ts'
import { readBooks } from './read-books.ts'
import { booksTable, minuteText } from './show-table.ts'

export type Watching = {
  print(text: string): void
  readonly isTerminal: boolean
  readonly signal: AbortSignal
  readonly everyMs: number
}

export async function watchBooks(
  link: RedisLink,
  tenant: string,
  { print, isTerminal, signal, everyMs }: Watching,
): Promise<void> {
  let shown = ''
  while (!signal.aborted) {
    const { caps } = await capsOfTenant(link, tenant)
    const table = booksTable(await readBooks(link, tenant), caps)
    if (isTerminal) print(`${clear}${tenant} at ${link.place}; Ctrl-C ends\n\n${table}`)
    else if (table !== shown) print(`${minuteText(Date.now())} UTC\n${table}`)
    shown = table
    await wait(everyMs, undefined, { signal }).catch(() => {})
  }
}

/** The cursor home, and what was there gone. */
const clear = '\u001b[H\u001b[2J'
