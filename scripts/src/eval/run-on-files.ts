/** Evaluates files one by one: a table for people, or JSON: of one file its figures, of several an object by file name. */
import { basename } from 'node:path'
import { parseArgs } from 'node:util'

/** False where no file is named. */
export function runOnFiles(words: readonly string[], evaluate: (file: string) => object): boolean {
  const { values, positionals: files } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  })
  if (files.length === 0) return false
  const figures = Object.fromEntries(files.map((file) => [basename(file), evaluate(file)]))
  const shown = files.length === 1 ? Object.values(figures)[0] : figures
  process.stdout.write(values.json ? `${JSON.stringify(shown)}\n` : `${tableOf(figures)}\n`)
  return true
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
