/**
 * What a trained classifier consists of: one table of int8 rows, which the buckets of a text are summed over, and the
 * small matrices behind it.
 *
 * The columns of the sum are, in this order: a logit for each kind of task; the directions in which the domains differ;
 * the gain that each family's expert sees; the sentence vector. A domain is what a set of
 * outcomes is about (a school subject, a kind of exercise); a family is the domains whose outcomes come from one pair of
 * models, with an expert and a calibration of its own. The first domain is everything that has no outcomes.
 */

export type ClassifierNames = {
  readonly tasks: readonly string[]
  readonly domains: readonly string[]
  readonly families: readonly string[]
}

export type ClassifierWeights = {
  readonly names: ClassifierNames
  /** The version of the features it was trained on. */
  readonly featureVersion: number
  readonly columns: number
  readonly vectorSize: number
  /** Buckets by columns, with one scale a column. */
  readonly table: Int8Array
  readonly scale: Float32Array
  readonly bias: Float32Array
  /** The shape is centred, scaled and clipped before it is weighed: shape by columns. */
  readonly shapeMean: Float32Array
  readonly shapeScale: Float32Array
  readonly shapeWeights: Float32Array
  /** Directions by domains, and the domains' offsets. */
  readonly domainWeights: Float32Array
  readonly domainBias: Float32Array
  /** The family of each domain; -1 for the first. */
  readonly familyOf: Int32Array
  /** What the larger model gains in each domain, on average. */
  readonly domainGain: Float32Array
  /** From a family's gain to the probability that the small model falls short: an offset and a slope each. */
  readonly calibration: Float32Array
  /** How hard a kind of task is where no outcome tells. */
  readonly taskDifficulty: Float32Array
  readonly thresholds: ClassifierThresholds
}

export type ClassifierThresholds = {
  /** More novelty than this, and no expert is asked. */
  readonly novelAbove: number
  /** With less than this on the likeliest kind, the task says nothing either. */
  readonly taskBelow: number
}
