/** The model's size, and how it is trained: every number that its bytes depend on. */
import type { Shape } from './network/parameters.ts'

export type Training = {
  readonly seed: number
  readonly merges: number
  readonly steps: number
  readonly examplesPerStep: number
  /** The rate at its highest, and the steps it takes to get there; from then on it falls in a line to almost nothing. */
  readonly learningRate: number
  readonly warmUpSteps: number
  /**
   * What the last norm's gain is multiplied by when all is learnt, and with it every logit: a sample at temperature 1,
   * which clients ask for unless told otherwise, then slips as seldom as one at 1 / sharpness.
   */
  readonly sharpness: number
}

export const training: Training = {
  seed: 20_261_101,
  merges: 763,
  steps: 4_000,
  examplesPerStep: 8,
  learningRate: 0.004,
  warmUpSteps: 60,
  sharpness: 2,
}

export const shape: Omit<Shape, 'vocabulary'> = {
  hidden: 64,
  layers: 2,
  heads: 4,
  keyValueHeads: 2,
  headSize: 16,
  feedForward: 192,
  contextTokens: 2_048,
  lnRopeBase: 9.210340371976184,
  normEpsilon: 1e-5,
}
