/** The learned classifier where the heuristic stood: the same shape, so that observing a request stays as it is. */
import type { DifficultyOf } from '../signals/difficulty.ts'
import type { Classifier } from './classify.ts'

/**
 * The expected gain at which the frontier takes over when the classifier judges: of the development prompts 19 % of the easy
 * ones and 60 % of the hard ones lie above it. `nearside calibrate` finds an operator's own.
 */
export const learnedFrontierFrom = 0.21

/** Where nothing tells, the difficulty is null, which leaves the choice to the policy. */
export function learnedDifficulty(classifier: Classifier): DifficultyOf {
  return (request) => classifier.judge(request)
}
