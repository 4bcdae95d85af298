/**
 * The number by which requests are ranked for the larger model: what an evaluation scores, and what a threshold on the
 * expected gain compares. By what the frontier is expected to gain where that was judged, which orders requests better than
 * the difficulty (both models fail at the hardest); by the difficulty where only that is known; else with the hardest.
 */
export type ScoredSignals = {
  readonly difficulty: number | null
  /** What the frontier is expected to gain in quality; null or missing where nobody judged it. */
  readonly gain?: number | null
}

export function routingScore({ difficulty, gain }: ScoredSignals): number {
  return gain ?? difficulty ?? 1
}
