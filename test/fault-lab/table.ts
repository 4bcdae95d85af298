/** The whole table as it is read by people. */
import { printedDocuments } from './documents/rows.ts'
import { printed } from './rows.ts'
import { printedSessions } from './sessions/rows.ts'

export function printedTable(): string {
  const head = '# What comes of a request when something fails\n\n## Requests'
  return `${[`${head}\n\n${printed()}`, printedSessions(), printedDocuments()].join('\n')}`
}
