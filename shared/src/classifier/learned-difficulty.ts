/** The learned classifier where the heuristic stood: the same shape, so that observing a request stays as it is. */
import type { DifficultyOf } from '../signals/difficulty.ts'
import type { Classifier } from './classify.ts'

/**
 * Where the frontier takes over when the classifier judges: of the development prompts 18 % of the easy ones and 64 % of the
 * hard ones lie above it. `nearside calibrate` finds an operator's own.
 */
export const learnedFrontierFrom = 0.45

/** Says NaN where nothing tells, which observing turns into an unknown difficulty. */
export function learnedDifficulty(classifier: Classifier): DifficultyOf {
  return (request) => classifier.judge(request).difficulty ?? Number.NaN
}
