/**
 * `npm run eval -- NAME FOLDER [--json]`
 *
 * Prints a table for people; with `--json`, nothing on standard output but one JSON object.
 */
import { parseArgs } from 'node:util'
import { evaluateTokens, fitTokens } from './tokens/tokens.ts'

const usage =
  'npm run eval -- tokens FOLDER [--json] [--fit FILE]\nFOLDER holds texts as JSON lines, plain or compressed.'

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, fit: { type: 'string' } },
  })
  const [name, folder] = positionals
  if (name !== 'tokens' || folder === undefined || positionals.length > 2) {
    process.stderr.write(`${usage}\n`)
    return 2
  }
  if (values.fit !== undefined) {
    await fitTokens(folder, values.fit)
    return 0
  }
  const { rows, figures, short } = await evaluateTokens(folder)
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ eval: name, rows, figures, short })}\n`)
    return 0
  }
  console.table(
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, rounded(value)]))),
  )
  for (const line of short) process.stdout.write(`${line}\n`)
  return 0
}

function rounded(value: number | string): number | string {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`eval: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
