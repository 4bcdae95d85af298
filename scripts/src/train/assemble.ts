/**
 * Puts the parts side by side as columns of one table and rounds it to int8.
 *
 * Some seventy domain logits are written by two dozen directions, chosen so that the logits of the training texts
 * change least. Each column has its own scale. What is measured out of fold is this table, not the floats it came from.
 */
import {
  bucketCount,
  type ClassifierThresholds,
  type ClassifierWeights,
  type Curve,
  featureVersion,
  shapeSize,
} from '@nearside/core'
import { strongestDirections } from './directions.ts'
import type { DifficultyModel } from './fit-difficulty.ts'
import type { TaskModel } from './fit-tasks.ts'
import type { VectorModel } from './fit-vector.ts'
import { logits, type Multinomial } from './softmax.ts'
import { type ReadTexts, scaledRows } from './sparse.ts'
import { taskDifficulty } from './task-difficulty.ts'

export type Parts = {
  readonly difficulty: DifficultyModel
  readonly calibration: readonly Curve[]
  readonly tasks: TaskModel | null
  /** The sentence vector's directions over the buckets, by column; null for none. */
  readonly vector: VectorModel | null
  readonly thresholds: ClassifierThresholds
}

const directionCount = 24

type Column = {
  readonly bucket: (id: number) => number
  readonly shape: (s: number) => number
  readonly bias: number
}

export function assemble(parts: Parts, texts: ReadTexts, sample: readonly number[]): ClassifierWeights {
  const { difficulty, tasks, vector } = parts
  const { softmax, rarity, shapeWeight } = difficulty
  const directions = domainDirections(difficulty, texts, sample)
  const classes = softmax.classes
  const along = (from: number, d: number): number => {
    let sum = 0
    for (let k = 0; k < classes; k++)
      sum += softmax.weights[from * classes + k]! * directions[k * directionCount + d]!
    return sum
  }
  const columns: Column[] = [
    ...classColumns(tasks?.softmax ?? null, tasks?.shapeWeight ?? 0),
    ...Array.from(
      { length: directionCount },
      (_, d): Column => ({
        bucket: (id) => along(id, d) * rarity[id]!,
        shape: (s) => along(bucketCount + s, d) * shapeWeight,
        bias: 0,
      }),
    ),
    ...difficulty.experts.map(
      ({ weights, offset }): Column => ({
        bucket: (id) => weights[id]! * rarity[id]!,
        shape: (s) => weights[bucketCount + s]!,
        bias: offset,
      }),
    ),
    ...Array.from(
      { length: vector?.size ?? 0 },
      (_, c): Column => ({
        bucket: (id) => vector!.basis[id * vector!.size + c]!,
        shape: () => 0,
        bias: 0,
      }),
    ),
  ]
  const taskNames = tasks?.tasks ?? []
  return {
    names: {
      tasks: taskNames,
      domains: difficulty.domains,
      families: difficulty.families,
    },
    featureVersion,
    columns: columns.length,
    vectorSize: vector?.size ?? 0,
    ...rounded(columns),
    shapeMean: difficulty.norm.mean,
    shapeScale: difficulty.norm.scale,
    shapeWeights: Float32Array.from({ length: shapeSize * columns.length }, (_, i) =>
      columns[i % columns.length]!.shape(Math.floor(i / columns.length)),
    ),
    domainWeights: Float32Array.from(
      { length: directionCount * classes },
      (_, i) => directions[(i % classes) * directionCount + Math.floor(i / classes)]!,
    ),
    domainBias: softmax.offset,
    familyOf: Int32Array.from(difficulty.familyOf),
    domainGain: Float32Array.from(difficulty.domainGain),
    calibration: Float32Array.from(parts.calibration.flatMap(({ offset, slope }) => [offset, slope])),
    taskDifficulty: Float32Array.from(taskNames, (task) => taskDifficulty[task] ?? 0.5),
    thresholds: parts.thresholds,
  }
}

function classColumns(softmax: Multinomial | null, shapeWeight: number): readonly Column[] {
  if (softmax === null) return []
  const { classes, weights, offset } = softmax
  return Array.from({ length: classes }, (_, k) => ({
    bucket: (id) => weights[id * classes + k]!,
    shape: (s) => weights[(bucketCount + s) * classes + k]! * shapeWeight,
    bias: offset[k]!,
  }))
}

function domainDirections(model: DifficultyModel, texts: ReadTexts, sample: readonly number[]): Float64Array {
  const rows = scaledRows(texts, model.rarity, model.norm, model.shapeWeight)
  const { classes, weights, offset } = model.softmax
  const said = new Float32Array(sample.length * classes)
  const nothing = new Float32Array(classes)
  for (const [i, row] of sample.entries())
    logits(rows, row, weights, nothing, said.subarray(i * classes, (i + 1) * classes))
  return strongestDirections(said, offset.length, directionCount)
}

function rounded(columns: readonly Column[]): Pick<ClassifierWeights, 'table' | 'scale' | 'bias'> {
  const table = new Int8Array(bucketCount * columns.length)
  const scale = new Float32Array(columns.length)
  for (const [c, column] of columns.entries()) {
    const values = Float64Array.from({ length: bucketCount }, (_, id) => column.bucket(id))
    let most = 0
    for (const value of values) most = Math.max(most, Math.abs(value))
    scale[c] = most / 127
    if (most === 0) continue
    for (let id = 0; id < bucketCount; id++)
      table[id * columns.length + c] = Math.round(values[id]! / scale[c]!)
  }
  return { table, scale, bias: Float32Array.from(columns, (column) => column.bias) }
}
