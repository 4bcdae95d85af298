/** Learns every part of a classifier from the rows it is given, and says which rows those were. */

import type { ClassifierThresholds, ClassifierWeights } from '@nearside/core'
import { assemble, type Parts } from './assemble.ts'
import { strongestTextDirections } from './directions.ts'
import { attackClass, fitAttacks } from './fit-attacks.ts'
import { fitDifficulty } from './fit-difficulty.ts'
import { fitTasks } from './fit-tasks.ts'
import { type OutcomeRow, outcomeRows } from './outcomes.ts'
import type { Curve } from './platt.ts'
import type { TrainingData } from './rows.ts'
import { readTexts, scaledRows } from './sparse.ts'

const vectorSize = 32

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

  const harmless = [
    ...data.tasks.map((row) => row.text),
    ...data.routing.filter((_, i) => i % 4 === 0).map((row) => row.prompt),
  ]
  const attackTexts = readTexts([...data.unsafe.map((row) => row.text), ...harmless])
  const classes = [...data.unsafe.map(attackClass), ...harmless.map(() => 0)]
  const attacks = fitAttacks(
    attackTexts,
    classes,
    classes.map((_, i) => i),
    difficulty.norm,
  )

  const spoken = data.utterances.filter((_, i) => i % 4 === 0).map((row) => row.text)
  const vectorTexts = readTexts([...data.tasks.map((row) => row.text), ...spoken])
  const basis = strongestTextDirections(
    scaledRows(vectorTexts, difficulty.rarity, difficulty.norm, 0),
    Array.from({ length: vectorTexts.count }, (_, i) => i),
    vectorSize,
  )
  const parts: Parts = {
    difficulty,
    calibration,
    tasks,
    attacks,
    vector: { size: vectorSize, basis },
    thresholds,
  }
  return assemble(parts, outcomeTexts, allOutcomes)
}
