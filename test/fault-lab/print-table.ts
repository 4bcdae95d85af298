/** Writes the table for people: `node --conditions=source test/fault-lab/print-table.ts`. */
import { writeFileSync } from 'node:fs'
import { printedTable } from './table.ts'

writeFileSync(new URL('table.md', import.meta.url), printedTable())
