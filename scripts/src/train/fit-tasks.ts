/**
 * Learns what kind of task a request is.
 *
 * Classes weigh alike, and within a class the sets by the root of their size: otherwise a template that stands in a
 * thousand rows is learned in place of the task. Requests written for this project count more than any template. Labels are
 * smoothed, because sets name the same thing differently. The shape has little weight: here a class and a length often
 * come from the same set.
 */
import type { TaskRow } from './rows.ts'
import { fitSoftmax, type Multinomial } from './softmax.ts'
import { type ReadTexts, type ShapeNorm, scaledRows } from './sparse.ts'

export type TaskModel = {
  readonly tasks: readonly string[]
  readonly softmax: Multinomial
  readonly shapeWeight: number
}

const ownSource = 'own'

const ownWeight = 3
const heaviestRow = 6
const shapeWeight = 0.05

export function fitTasks(
  texts: ReadTexts,
  rows: readonly TaskRow[],
  chosen: readonly number[],
  norm: ShapeNorm,
): TaskModel {
  const tasks = [...new Set(rows.map((row) => row.task))].sort()
  const labels = chosen.map((i) => tasks.indexOf(rows[i]!.task))
  const softmax = fitSoftmax(scaledRows(texts, null, norm, shapeWeight), chosen, labels, {
    classes: tasks.length,
    epochs: 4,
    rate: 0.3,
    decay: 1e-5,
    smoothing: 0.1,
    rowWeights: rowWeights(rows, chosen),
    seed: 1,
  })
  return { tasks, softmax, shapeWeight }
}

function rowWeights(rows: readonly TaskRow[], chosen: readonly number[]): Float64Array {
  const size = new Map<string, number>()
  const keyOf = ({ task, source }: TaskRow): string => `${task} ${source}`
  for (const i of chosen) size.set(keyOf(rows[i]!), (size.get(keyOf(rows[i]!)) ?? 0) + 1)
  const total = new Map<string, number>()
  const raw = chosen.map((i) => {
    const row = rows[i]!
    const weight = (row.source === ownSource ? ownWeight : 1) / Math.sqrt(size.get(keyOf(row))!)
    total.set(row.task, (total.get(row.task) ?? 0) + weight)
    return weight
  })
  const shares = raw.map((weight, place) => weight / total.get(rows[chosen[place]!]!.task)!)
  const mean = total.size / chosen.length
  return Float64Array.from(shares, (share) => Math.min(heaviestRow, share / mean))
}
