/**
 * `npm run eval -- NAME FILE... [--json]`: how good what is shipped is, on any file in the data sets' formats.
 *
 * Prints a table for people; with `--json`, nothing on standard output but one JSON object, by file name.
 */
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { isNearsideError } from '@nearside/core'
import { evaluateSensitivity } from './sensitivity.ts'

/** Figures of one file: an object that JSON can hold. */
type Evaluate = (file: string) => object

const evaluations: { readonly [name: string]: Evaluate } = { sensitivity: evaluateSensitivity }

const usage = `npm run eval -- NAME FILE... [--json]\nNAME is one of: ${Object.keys(evaluations).join(', ')}`

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  })
  const [name = '', ...files] = positionals
  const evaluate = Object.hasOwn(evaluations, name) ? evaluations[name] : undefined
  if (evaluate === undefined || files.length === 0) {
    process.stderr.write(`${usage}\n`)
    return 2
  }
  const figures = Object.fromEntries(files.map((file) => [basename(file), evaluate(file)]))
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : `${tableOf(figures)}\n`)
  return 0
}

/** One line a figure, named by its way down. */
function tableOf(figures: object): string {
  const lines: string[] = []
  const add = (value: unknown, path: readonly string[]): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) add(member, [...path, name])
    } else {
      const shown = typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(4) : String(value)
      lines.push(`${path.join('  ').padEnd(64)} ${shown}`)
    }
  }
  add(figures, [])
  return lines.join('\n')
}

try {
  process.exitCode = main()
} catch (error) {
  process.stderr.write(`eval: ${isNearsideError(error) ? error.message : String(error)}\n`)
  process.exitCode = 1
}
