/** `npm run eval -- intents --data DIR`: a table for people, or one JSON object, by the data set's name. */
import { parseArgs } from 'node:util'
import { evaluatePacks, type PackFigures } from './packs.ts'

export function runPacks(words: readonly string[]): boolean {
  const { values } = parseArgs({
    args: [...words],
    options: { json: { type: 'boolean', default: false }, data: { type: 'string' } },
  })
  if (values.data === undefined) return false
  const figures = evaluatePacks(values.data, (line) => process.stderr.write(`${line}\n`))
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : tableOf(figures))
  return true
}

function tableOf(figures: Readonly<Record<string, PackFigures>>): string {
  const rows = Object.entries(figures).map(([name, found]) => [
    `${name} (${found.n})`,
    found.inScopeAccuracy.toFixed(3),
    found.coverageAt99.toFixed(3),
    `${found.ownThreshold.coverage.toFixed(3)} at ${found.ownThreshold.precision.toFixed(4)}`,
    found.ownThreshold.outOfScopeAnswered?.toFixed(3) ?? '',
    `${found.buildSeconds.toFixed(0)} s`,
    `${found.packMb.toFixed(1)} MB`,
    `${found.judgeMicroseconds.toFixed(0)} µs`,
  ])
  const heads = [
    'built of',
    'in-scope accuracy',
    'answered at 99 %',
    'by its own threshold',
    'out of scope answered',
    'build',
    'pack',
    'a question',
  ]
  const lines = [heads, heads.map(() => '---'), ...rows]
  return `${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n`
}
