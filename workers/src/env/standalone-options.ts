/**
 * What every gateway has that is set up by variables, be it a Worker, `nearside serve`, or one whose variables are only
 * checked: the strategies that want nothing of a host, and a classifier's judgement where one is at hand. Said once, since a
 * check that knows less than the gateway calls right variables wrong.
 */
import { type Classifier, learnedDifficulty, learnedFrontierFrom } from '@nearside/core'
import { mapReduce } from '../map-reduce/map-reduce.ts'
import { cascade } from '../run/cascade.ts'
import { consistency } from '../run/consistency.ts'
import type { EnvironmentOptions } from './read-environment.ts'

/** `classifier` is null where nothing will be judged. */
export function standaloneOptions(
  read: EnvironmentOptions,
  classifier: Classifier | null,
): EnvironmentOptions {
  const vectors = classifier === null ? {} : { vectorOf: classifier.sentenceVector }
  const strategies = [cascade(), consistency(vectors), mapReduce(), ...(read.strategies ?? [])]
  if (classifier === null) return { ...read, strategies }
  return {
    ...read,
    difficulty: learnedDifficulty(classifier),
    strategies,
    policy: { frontierFrom: learnedFrontierFrom, ...read.policy },
  }
}
