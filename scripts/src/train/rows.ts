/**
 * Reads the public data that a classifier is trained on and measured by: JSON lines, plain or gzipped.
 *
 * Only what the licences allow to ship is named here: sets for non-commercial use, and those that state no licence, are
 * neither read by training nor by its folds.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { NearsideError } from '@nearside/core'

export type RoutingRow = {
  readonly source: string
  readonly prompt: string
  readonly small_score: number
  readonly large_score: number
  readonly subject?: string
  readonly task?: string
  readonly routellm_contaminated?: boolean
  readonly scores?: Readonly<Record<string, number | null>>
}
export type TaskRow = {
  readonly text: string
  readonly task: string
  readonly source: string
  readonly lang: string
}
export type IntentRow = { readonly text: string; readonly intent: string; readonly part?: string }

export type TrainingData = {
  readonly routing: readonly RoutingRow[]
  readonly tasks: readonly TaskRow[]
  readonly utterances: readonly IntentRow[]
}

const routingFiles = [
  'mmlu_gpt4_mixtral.jsonl.gz',
  'gsm8k_gpt4_mixtral.jsonl',
  'llmrouter_7b_vs_51b.jsonl.gz',
]
/** Its data may be used for research only. */
const unlicensedTasks = 'belle_eval'

export function readTrainingData(folder: string): TrainingData {
  return {
    routing: routingFiles
      .flatMap((file) => readJsonLines<RoutingRow>(join(folder, 'routing', file)))
      .filter((row) => row.routellm_contaminated !== true),
    tasks: readJsonLines<TaskRow>(join(folder, 'tasks/tasks.jsonl.gz')).filter(
      (row) => row.source !== unlicensedTasks,
    ),
    utterances: ['clinc150', 'banking77'].flatMap((name) =>
      readJsonLines<IntentRow>(join(folder, `intents/${name}_train.jsonl`)),
    ),
  }
}

export function readJsonLines<Row>(path: string): readonly Row[] {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new NearsideError('bad-options', `${path} cannot be read.`, { cause })
  }
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return []
    try {
      return [JSON.parse(line) as Row]
    } catch (cause) {
      throw new NearsideError('bad-options', `${path}, line ${index + 1}, is no JSON.`, { cause })
    }
  })
}
