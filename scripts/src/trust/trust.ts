/**
 * Prints the lines of docs/trust.md with their tests, and which have none. `--strict 6,12` fails unless each of those
 * has one. Run by `npm run trust`.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readTree } from '../check/read-tree.ts'
import { trustLines, unknownNumbers } from './trust-lines.ts'

const { values } = parseArgs({ options: { strict: { type: 'string', default: '' } } })
const strict = values.strict.split(',').filter(Boolean).map(Number)

const tree = readTree(join(import.meta.dirname, '../../..'))
const page = tree.get('docs/trust.md') ?? ''
const lines = trustLines(page, tree)

for (const { number, title, tests } of lines) {
  console.log(`${`${number}`.padStart(3)}  ${title}${tests.length === 0 ? '  — no test' : ''}`)
  for (const test of tests) console.log(`       ${test.title}  (${test.file})`)
}
const covered = lines.filter(({ tests }) => tests.length > 0)
console.log(`\n${covered.length} of ${lines.length} lines have tests.`)

const faults = [
  ...unknownNumbers(page, tree).map(
    (number) => `A test claims line ${number}, which docs/trust.md does not have.`,
  ),
  ...strict
    .filter((number) => !covered.some((line) => line.number === number))
    .map((number) => `Line ${number} has no test.`),
]
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
