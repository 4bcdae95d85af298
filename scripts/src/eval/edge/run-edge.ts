/**
 * `npm run eval -- edge FILE... [--suite] [--json]`: every answer that the edge gives to the rows of JSON-lines files, for a
 * person to look at, and how many of them are wrong where a row says what is right.
 *
 * A row has a `text`; `answer` is the right one, or null where only abstaining is right. Rows of the data set of tasks have
 * no answer and a `task`: in those of writing, code, reasoning, roleplay and summaries every answer is to be looked at, and so
 * `tasks` counts them by kind.
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { NearsideError, readChatRequest } from '@nearside/core'
import {
  arithmetic,
  askEdge,
  bases,
  calendar,
  type EdgeAnswerer,
  greetings,
  percentages,
  text,
  units,
  uuids,
  zones,
} from '@nearside/workers'
import { halfOf } from './suite/row.ts'
import { edgeSuite } from './suite/suite.ts'

type Row = { readonly text: string; readonly answer?: string | null; readonly task?: string }
type Given = {
  readonly text: string
  readonly answerer: string
  readonly answer: string
  readonly right?: string | null
}
export type EdgeFigures = {
  readonly rows: number
  readonly answered: number
  readonly answerable: number
  readonly answeredOfAnswerable: number
  readonly wrong: number
  readonly tasks: Readonly<Record<string, { readonly rows: number; readonly answered: number }>>
  readonly answers: readonly Given[]
}

/** Everything that answers at the edge without a store. */
export const answerers: readonly EdgeAnswerer[] = [
  arithmetic,
  percentages,
  units,
  bases,
  calendar,
  zones,
  text,
  greetings,
  uuids(() => '00000000-0000-4000-8000-000000000000'),
]

/** False where nothing is named. */
export function runEdge(words: readonly string[]): boolean {
  const { values, positionals: files } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, suite: { type: 'boolean', default: false } },
  })
  if (files.length === 0 && !values.suite) return false
  const sets: (readonly [string, readonly Row[]])[] = files.map((file) => [basename(file), readRows(file)])
  if (values.suite) {
    const rows = edgeSuite()
    for (const half of ['tuned', 'held'] as const)
      sets.push([`suite, ${half} half`, rows.filter((row) => halfOf(row.text) === half)])
  }
  const figures = Object.fromEntries(sets.map(([name, rows]) => [name, evaluateEdge(rows, answerers)]))
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : tableOf(figures))
  return true
}

function evaluateEdge(rows: readonly Row[], asked: readonly EdgeAnswerer[]): EdgeFigures {
  const answers: Given[] = []
  const tasks: Record<string, { rows: number; answered: number }> = {}
  let [answerable, right, wrong] = [0, 0, 0]
  for (const { text: content, answer, task = '' } of rows) {
    tasks[task] ??= { rows: 0, answered: 0 }
    tasks[task].rows++
    if (typeof answer === 'string') answerable++
    const offer = askEdge(readChatRequest({ model: 'auto', messages: [{ role: 'user', content }] }), asked)
    if (offer === null) continue
    tasks[task].answered++
    if (answer !== undefined && offer.text !== answer) wrong++
    if (offer.text === answer) right++
    answers.push({
      text: content,
      answerer: offer.answerer,
      answer: offer.text,
      ...(answer === undefined ? {} : { right: answer }),
    })
  }
  return {
    rows: rows.length,
    answered: answers.length,
    answerable,
    answeredOfAnswerable: answerable === 0 ? 0 : right / answerable,
    wrong,
    tasks,
    answers,
  }
}

function readRows(file: string): readonly Row[] {
  const bytes = readFileSync(file)
  const lines = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split('\n')
  const rows = lines.filter((line) => line.trim() !== '').map((line): unknown => JSON.parse(line))
  if (rows.length === 0 || !rows.every(isRow))
    throw new NearsideError('bad-options', `${file} holds no rows with a text.`)
  return rows
}

function isRow(row: unknown): row is Row {
  return typeof row === 'object' && row !== null && 'text' in row && typeof row.text === 'string'
}

const longestShown = 100

function tableOf(figures: Readonly<Record<string, EdgeFigures>>): string {
  const shown = (said: string): string =>
    JSON.stringify(said.length > longestShown ? `${said.slice(0, longestShown)}…` : said)
  return Object.entries(figures)
    .flatMap(([name, { answers, tasks, ...counts }]) => [
      name,
      ...answers.map((each) => {
        const mark = each.right === undefined ? ' ' : each.right === each.answer ? '✓' : '✗'
        return `  ${mark} ${each.answerer.padEnd(12)} ${shown(each.text)} → ${shown(each.answer)}`
      }),
      ...Object.entries(tasks).map(
        ([task, each]) => `  ${task.padEnd(16)} ${each.answered} of ${each.rows} rows answered`,
      ),
      ...Object.entries(counts).map(
        ([figure, value]) => `  ${figure.padEnd(24)} ${Number.isInteger(value) ? value : value.toFixed(4)}`,
      ),
    ])
    .map((line) => `${line}\n`)
    .join('')
}
