/**
 * `router`, `tasks` and `intents`: what the classifier is worth on files in the formats of the public data.
 *
 * Scores come from `routingScore`, by which the gateway decides. No names are mapped. `tasks` and `intents` of one file give
 * that file's figures alone.
 */
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { NearsideError } from '@nearside/core'
import { type IntentRow, type RoutingRow, readJsonLines, type TaskRow } from '../train/rows.ts'
import { evaluateIntents, trainIntents } from './intents.ts'
import { loadModel } from './load-model.ts'
import { evaluateRouter } from './router.ts'
import { evaluateTasks } from './tasks.ts'

export type ClassifierEvaluation = 'router' | 'tasks' | 'intents'

/** False where no file is named. */
export function runClassifier(what: ClassifierEvaluation, words: readonly string[]): boolean {
  const { values, positionals: files } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      model: { type: 'string' },
      train: { type: 'string' },
    },
  })
  if (files.length === 0) return false
  const figures = Object.fromEntries(
    files.map((file) => [basename(file), evaluate(what, file, values.model, values.train)]),
  )
  const single = files.length === 1 && what !== 'router'
  if (values.json) process.stdout.write(`${JSON.stringify(single ? Object.values(figures)[0] : figures)}\n`)
  else for (const [file, found] of Object.entries(figures)) process.stdout.write(`${file}\n${table(found)}\n`)
  return true
}

function evaluate(
  what: ClassifierEvaluation,
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
