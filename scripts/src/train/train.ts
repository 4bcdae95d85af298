/**
 * `nearside train`: from the folder of public data to the model file, its hash, and the page that says how good it is.
 *
 * The folds come first: their out-of-fold scores give the calibration and the thresholds that ship. Then one model
 * learns from everything. Nothing is drawn but from fixed seeds, so the same data gives the same bytes.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Heads, NearsideError } from '@nearside/core'
import { cardPage } from './card.ts'
import { fitClassifier } from './fit-parts.ts'
import { crossJudged, type FoldFigures, figuresOf, indices, outOfFold } from './fold-figures.ts'
import {
  type AbstainFigures,
  leaveSourceOut,
  leaveTasksOut,
  sourceOf,
  type TaskLeaveOut,
} from './leave-out.ts'
import { outcomeRows } from './outcomes.ts'
import { ownRequests } from './own-requests.ts'
import { progressBar } from './progress.ts'
import { readTrainingData, type TaskRow, type TrainingData } from './rows.ts'
import { readTexts } from './sparse.ts'
import { abstainThresholds } from './thresholds.ts'
import { writeOnnx } from './write-onnx.ts'

export type TrainOptions = {
  readonly data: string
  /** Where the model goes; null writes none. */
  readonly out: string | null
  readonly card: string | null
  readonly folds: number
  /** A source's name, `all`, or null. */
  readonly leaveOut: string | null
  readonly say: (line: string) => void
}

export type TrainFigures = {
  readonly model: { readonly file: string; readonly bytes: number; readonly sha256: string } | null
  readonly folds: Readonly<Record<string, FoldFigures>>
  readonly abstain: readonly AbstainFigures[]
  readonly tasks: TaskLeaveOut | null
}

export function train(options: TrainOptions): TrainFigures {
  const read = readTrainingData(options.data)
  const data: TrainingData = { ...read, tasks: [...read.tasks, ...ownRequests()] }
  const leftOut = leaveOut(data, options)

  const rows = outcomeRows(data, null)
  const texts = readTexts(rows.map((row) => row.text))
  const bar = progressBar('folds', options.folds, options.say)
  const out = outOfFold(texts, rows, withoutOutcomes(data), options.folds, bar)
  const known = out.heads.filter((heads): heads is Heads => heads !== null)
  const thresholds = abstainThresholds(known)
  const said = crossJudged(rows, out, thresholds)
  const folds = Object.fromEntries(
    [...new Set(data.routing.map((row) => row.source))].map((source) => [
      source,
      figuresOf(
        rows,
        said,
        indices(rows, (i) => rows[i]!.row?.source === source),
        out.fold,
      ),
    ]),
  )
  let model: TrainFigures['model'] = null
  if (options.out !== null) {
    options.say('training on everything')
    const bytes = writeOnnx(fitClassifier(data, out.curves, thresholds))
    write(options.out, bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    model = { file: options.out, bytes: bytes.length, sha256 }
    write(`${options.out}.sha256`, `${sha256}\n`)
  }
  const figures: TrainFigures = { model, folds, ...leftOut }
  if (options.card !== null) write(options.card, cardPage(figures))
  return figures
}

/** A row with an outcome must not be known to the task head that judges it. */
function withoutOutcomes(data: TrainingData): readonly TaskRow[] {
  return data.tasks.filter((row) => sourceOf(row) !== 'llmrouter')
}

function leaveOut(
  data: TrainingData,
  { leaveOut: wanted, say }: TrainOptions,
): Pick<TrainFigures, 'abstain' | 'tasks'> {
  if (wanted === null) return { abstain: [], tasks: null }
  const routing = [...new Set(data.routing.map((row) => row.source))]
  const tasks = [...new Set(data.tasks.map(sourceOf))].filter((source) => source !== 'own')
  const among = (all: readonly string[]): readonly string[] =>
    all.filter((s) => wanted === 'all' || s === wanted)
  const [ofRouting, ofTasks] = [among(routing), among(tasks)]
  if (ofRouting.length + ofTasks.length === 0)
    throw new NearsideError(
      'bad-options',
      `There is no source ${wanted}; there is all, ${[...new Set([...routing, ...tasks])].join(', ')}.`,
    )
  return {
    abstain: ofRouting.map((source) =>
      leaveSourceOut(data, source, progressBar(`without ${source}`, 3, say)),
    ),
    tasks:
      ofTasks.length === 0
        ? null
        : leaveTasksOut(data, ofTasks, progressBar('tasks left out', ofTasks.length, say)),
  }
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
