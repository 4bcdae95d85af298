/** Learns every part of a classifier from the rows it is given, and says which rows those were. */

import type { ClassifierThresholds, ClassifierWeights, Curve } from '@nearside/core'
import { assemble, type Parts } from './assemble.ts'
import { fitDifficulty } from './fit-difficulty.ts'
import { fitTasks } from './fit-tasks.ts'
import { fitVector } from './fit-vector.ts'
import { type OutcomeRow, outcomeRows } from './outcomes.ts'
import type { TrainingData } from './rows.ts'
import { readTexts } from './sparse.ts'

/** Of intents not seen in training, 32 find the right neighbour for 0.66 and 64 for 0.75. */
const vectorSize = 64

export function fitClassifier(
  data: TrainingData,
  calibration: readonly Curve[],
  thresholds: ClassifierThresholds,
  without: string | null = null,
): ClassifierWeights {
  const outcomes: readonly OutcomeRow[] = outcomeRows(data, without)
  const outcomeTexts = readTexts(outcomes.map((row) => row.text))
  const allOutcomes = outcomes.map((_, i) => i)
  const difficulty = fitDifficulty(outcomeTexts, outcomes, allOutcomes)

  const taskTexts = readTexts(data.tasks.map((row) => row.text))
  const tasks = fitTasks(
    taskTexts,
    data.tasks,
    data.tasks.map((_, i) => i),
    difficulty.norm,
  )

  const parts: Parts = {
    difficulty,
    calibration,
    tasks,
    vector: fitVector(data.utterances, data.tasks, vectorSize),
    thresholds,
  }
  return assemble(parts, outcomeTexts, allOutcomes)
}
