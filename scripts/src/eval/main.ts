/**
 * `npm run eval -- router|tasks|intents FILE... [--json] [--model FILE] [--train DIR]`
 *
 * Prints a table for people; with `--json`, nothing on standard output but one JSON object, by file name. `tasks` and
 * `intents` of one file give that file's figures alone.
 */
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { isNearsideError, NearsideError } from '@nearside/core'
import { type IntentRow, type RoutingRow, readJsonLines, type TaskRow } from '../train/rows.ts'
import { evaluateIntents, trainIntents } from './intents.ts'
import { loadModel } from './load-model.ts'
import { evaluateRouter } from './router.ts'
import { evaluateTasks } from './tasks.ts'

const usage = 'npm run eval -- router|tasks|intents FILE... [--json] [--model FILE] [--train DIR]'

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      model: { type: 'string' },
      train: { type: 'string' },
    },
  })
  const [what, ...files] = positionals
  if (what === undefined || files.length === 0) throw new NearsideError('bad-options', usage)
  const figures = Object.fromEntries(
    files.map((file) => [basename(file), evaluate(what, file, values.model, values.train)]),
  )
  const single = files.length === 1 && what !== 'router'
  if (values.json) process.stdout.write(`${JSON.stringify(single ? Object.values(figures)[0] : figures)}\n`)
  else for (const [file, found] of Object.entries(figures)) process.stdout.write(`${file}\n${table(found)}\n`)
}

function evaluate(
  what: string,
  file: string,
  model: string | undefined,
  train: string | undefined,
): Readonly<Record<string, unknown>> {
  switch (what) {
    case 'router':
      return evaluateRouter(loadModel(model), readJsonLines<RoutingRow>(file), file)
    case 'tasks':
      return evaluateTasks(loadModel(model), readJsonLines<TaskRow>(file), file)
    case 'intents':
      if (train === undefined)
        throw new NearsideError('bad-options', 'intents needs --train DIR, where the training parts are.')
      return evaluateIntents(trainIntents(train, file), readJsonLines<IntentRow>(file))
    default:
      throw new NearsideError('bad-options', `There is no evaluation of ${what}.\n${usage}`)
  }
}

function table(figures: Readonly<Record<string, unknown>>, depth = 1): string {
  return Object.entries(figures)
    .map(([name, value]) => {
      const indent = '  '.repeat(depth)
      if (typeof value === 'number')
        return `${indent}${name.padEnd(20)} ${Number.isInteger(value) ? value : value.toFixed(4)}`
      if (Array.isArray(value))
        return `${indent}${name.padEnd(20)} ${value.map((each) => Number(each).toFixed(4)).join(' to ')}`
      if (typeof value === 'object' && value !== null)
        return `${indent}${name}\n${table(value as Readonly<Record<string, unknown>>, depth + 1)}`
      return `${indent}${name.padEnd(20)} ${value ?? 'none in the file'}`
    })
    .join('\n')
}

try {
  main()
} catch (error) {
  process.stderr.write(
    `eval: ${isNearsideError(error) || error instanceof TypeError ? error.message : String(error)}\n`,
  )
  process.exitCode = 1
}
