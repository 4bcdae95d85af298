/**
 * How fast this machine answers, as measured, and from it when a caller that is turned away should come back.
 *
 * Places come free one after the other. Telling everybody the time of the next one would bring all of them back
 * at once for a single place; so each caller that is turned away is told the time of a place of its own.
 */
export type Pace = {
  /** An answer held its slot for so long. */
  slotHeld(durationMs: number): void
  /** So many tokens came in so long, one after the other. */
  decoded(tokens: number, durationMs: number): void
  /** A prompt of so many tokens, kept ones included, had its first answer token after so long. */
  promptRead(promptTokens: number, durationMs: number): void
  /**
   * How long a prompt of so many tokens takes to its first answer token, with so many requests ahead of it in the line; `ahead` is
   * null where a slot is free. Null where nothing was measured to say it by: nobody is turned away over a supposition.
   */
  firstTokenInMs(promptTokens: number, ahead: number | null): number | null
  /** When a caller turned away now should come back, in milliseconds from now. */
  comeBackInMs(now: number): number
  /** Tokens a second of a single answer; null before anything was measured. */
  tokensPerSecond(): number | null
}

export type PaceOptions = {
  readonly slots: number
  /** Tokens a second measured at the load. */
  readonly tokensPerSecond: number | null
}

/** How long an answer is taken to be before any has been seen. */
const supposedTokens = 200
const supposedTokensPerSecond = 20
const longestMs = 60_000

/** Fewer tokens than these measure the clock and not the engine. */
const fewestTokens = 4

export function pace(options: PaceOptions): Pace {
  let tokensPerSecond = options.tokensPerSecond
  let answerMs = (supposedTokens * 1_000) / (options.tokensPerSecond ?? supposedTokensPerSecond)
  let measured = false
  // Kept as sums, so that long prompts, which measure the reading, count for more than short ones, which measure the rest.
  let readTokens = 0
  let readMs = 0
  /** The time of the last place that was promised to somebody. */
  let promised = 0

  return {
    slotHeld(durationMs) {
      answerMs = measured ? averaged(answerMs, durationMs) : durationMs
      measured = true
    },
    decoded(tokens, durationMs) {
      if (tokens < fewestTokens || durationMs <= 0) return
      const speed = (tokens * 1_000) / durationMs
      tokensPerSecond = tokensPerSecond === null ? speed : averaged(tokensPerSecond, speed)
    },
    promptRead(promptTokens, durationMs) {
      readTokens = readTokens * 0.8 + promptTokens
      readMs = readMs * 0.8 + durationMs
    },
    firstTokenInMs(promptTokens, ahead) {
      if (readTokens === 0 || (ahead !== null && !measured)) return null
      const waitMs = ahead === null ? 0 : ((ahead + 1) * answerMs) / options.slots
      return waitMs + (promptTokens * readMs) / readTokens
    },
    comeBackInMs(now) {
      promised = Math.min(Math.max(promised, now) + answerMs / options.slots, now + longestMs)
      return promised - now
    },
    tokensPerSecond: () => tokensPerSecond,
  }
}

/** The newest figure has a fifth of the weight. */
function averaged(before: number, newest: number): number {
  return before * 0.8 + newest * 0.2
}
