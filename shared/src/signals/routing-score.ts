/**
 * The number by which requests are ranked for the larger model: what `decide` holds against the policy's threshold, and
 * what an evaluation scores. By what the frontier is expected to gain where that was judged, which orders requests better
 * than the difficulty (both models fail at the hardest); by the difficulty where only that is known; else with the hardest.
 */
import type { Signals } from './signals.ts'

export type ScoredSignals = Pick<Signals, 'difficulty' | 'gain'>

export function routingScore({ difficulty, gain }: ScoredSignals): number {
  return gain ?? difficulty ?? 1
}
