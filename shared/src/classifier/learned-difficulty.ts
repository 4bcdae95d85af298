/** The learned classifier where the heuristic stood: the same shape, so that observing a request stays as it is. */
import type { DifficultyOf } from '../signals/difficulty.ts'
import type { Classifier } from './classify.ts'

/** Says NaN where nothing tells, which observing turns into an unknown difficulty. */
export function learnedDifficulty(classifier: Classifier): DifficultyOf {
  return (request) => classifier.judge(request).difficulty ?? Number.NaN
}
