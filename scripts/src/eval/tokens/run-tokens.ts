/** The words of `npm run eval -- tokens`: a table for people, or one JSON object; `--fit` writes the costs anew. */
import { parseArgs } from 'node:util'
import { evaluateTokens, fitTokens } from './tokens.ts'

export async function runTokens(words: readonly string[]): Promise<boolean> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, fit: { type: 'string' } },
  })
  const [folder] = positionals
  if (folder === undefined || positionals.length > 1) return false
  if (values.fit !== undefined) {
    await fitTokens(folder, values.fit)
    return true
  }
  const { rows, figures, short } = await evaluateTokens(folder)
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ eval: 'tokens', rows, figures, short })}\n`)
    return true
  }
  console.table(
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, rounded(value)]))),
  )
  for (const line of short) process.stdout.write(`${line}\n`)
  return true
}

function rounded(value: number | string): number | string {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value
}
