/**
 * Notices that answers have become much slower than the model was at its load. Something else may have taken a core since, and with
 * the threads that were right then each token waits for the slowest of them. One slow answer is a hiccup, so several in a row
 * are wanted; and a trial costs whoever comes meanwhile a moment, so there is a pause between two.
 *
 * Where a trial has left the threads of the load, the load's are tried again after that pause too: who took the core may be gone, and
 * fewer threads may be fast enough never to look slow.
 */
export type Slowdown = {
  /** An answer wrote so many tokens in so long, while so many were written together. */
  answered(tokens: number, durationMs: number, together: number): void
  /** Whether threads should be tried anew. */
  isTrialDue(nowMs: number): boolean
  /** They were; `asAtLoad` says whether those of the load are in use. */
  tried(nowMs: number, asAtLoad: boolean): void
}

export type SlowdownOptions = {
  /** Measured at the load; null where nothing was, and then nothing is ever due. */
  readonly tokensPerSecond: number | null
  readonly loadedAtMs: number
  /** Between the load and a trial, and between two trials. Zero: never. */
  readonly everyMs: number
}

const slowShare = 0.5
const answersInARow = 4

/** Fewer tokens than these measure the beginning of an answer and not its speed. */
const fewestTokens = 8

export function slowdown({ tokensPerSecond, loadedAtMs, everyMs }: SlowdownOptions): Slowdown {
  let slowInARow = 0
  let asAtLoad = true
  let lastMs = loadedAtMs

  return {
    answered(tokens, durationMs, together) {
      if (tokensPerSecond === null || tokens < fewestTokens || durationMs <= 0) return
      // What all wrote together: a machine that is shared fairly is not a slow one.
      const speed = (tokens * together * 1_000) / durationMs
      slowInARow = speed < tokensPerSecond * slowShare ? slowInARow + 1 : 0
    },
    isTrialDue(nowMs) {
      if (tokensPerSecond === null || everyMs === 0 || nowMs - lastMs < everyMs) return false
      return slowInARow >= answersInARow || !asAtLoad
    },
    tried(nowMs, isAsAtLoad) {
      lastMs = nowMs
      slowInARow = 0
      asAtLoad = isAsAtLoad
    },
  }
}
