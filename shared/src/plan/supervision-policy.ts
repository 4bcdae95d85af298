/**
 * What a policy says over the own settings of a supervised strategy, so that a rhythm that was found by measuring is data: a
 * file that is read again while the gateway runs, and not code. What is left out stays as the strategy was handed in.
 */
import { checkTerms, wrongTerm } from './check-terms.ts'

export type SupervisionPolicy = {
  /** The supervisor looks at every so many turns. @default null: the strategy's own */
  readonly everyTurns: number | null
  /** The executor's longest prompt, in tokens. @default null: the strategy's own */
  readonly contextTokens: number | null
  /** How often the supervisor is asked in one session at most. @default null: the strategy's own */
  readonly mostWords: number | null
}

export const defaultSupervisionPolicy: SupervisionPolicy = {
  everyTurns: null,
  contextTokens: null,
  mostWords: null,
}

export function resolveSupervisionPolicy(
  given: Partial<SupervisionPolicy> | undefined,
  path: string,
): SupervisionPolicy {
  if (given === undefined) return defaultSupervisionPolicy
  checkTerms(given, defaultSupervisionPolicy, path)
  const terms = { ...defaultSupervisionPolicy, ...given }
  for (const [key, least, most] of bounds) {
    const value: unknown = terms[key]
    if (value !== null && !(Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most))
      throw wrongTerm(
        `${path}.${key}`,
        `is a whole number from ${least} to ${most}, but was ${String(value)}`,
      )
  }
  return terms
}

/** As of the strategies themselves. */
const bounds = [
  ['everyTurns', 1, 1_000],
  ['contextTokens', 512, 1_000_000],
  ['mostWords', 1, 10_000],
] as const
