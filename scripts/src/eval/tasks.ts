/** How often the kind of task is named as the file names it. */
import { type Classifier, NearsideError } from '@nearside/core'
import { bootstrapInterval, type Interval } from '../measure/bootstrap.ts'
import { seededRandom } from '../train/random.ts'
import type { TaskRow } from '../train/rows.ts'

export type TaskFigures = {
  readonly accuracy: number
  readonly accuracyInterval: Interval
  readonly macroF1: number
  readonly perClass: Readonly<
    Record<
      string,
      { readonly n: number; readonly precision: number; readonly recall: number; readonly f1: number }
    >
  >
  readonly perSource: Readonly<Record<string, { readonly n: number; readonly accuracy: number }>>
}

export function evaluateTasks(classifier: Classifier, rows: readonly TaskRow[], file: string): TaskFigures {
  if (rows.length === 0 || rows.some((row) => typeof row.text !== 'string' || typeof row.task !== 'string'))
    throw new NearsideError('bad-options', `${file} holds no rows of a text and a task.`)
  const said = rows.map((row) => classifier.judgeText(row.text).task)
  const right = rows.map((row, i) => (row.task === said[i] ? 1 : 0))
  const perClass = Object.fromEntries(
    [...new Set(rows.map((row) => row.task))].sort().map((task) => {
      const n = rows.filter((row) => row.task === task).length
      const named = said.filter((name) => name === task).length
      const both = rows.filter((row, i) => row.task === task && said[i] === task).length
      const [precision, recall] = [named === 0 ? 0 : both / named, both / n]
      const f1 = both === 0 ? 0 : (2 * precision * recall) / (precision + recall)
      return [task, { n, precision, recall, f1 }]
    }),
  )
  const perSource = Object.fromEntries(
    [...new Set(rows.map((row) => row.source ?? ''))].sort().map((source) => {
      const own = right.filter((_, i) => (rows[i]!.source ?? '') === source)
      return [source, { n: own.length, accuracy: mean(own) }]
    }),
  )
  return {
    accuracy: mean(right),
    accuracyInterval: bootstrapInterval(
      rows.length,
      (drawn) => mean([...drawn].map((i) => right[i]!)),
      seededRandom(1),
    ),
    macroF1: mean(Object.values(perClass).map((each) => each.f1)),
    perClass,
    perSource,
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
