/**
 * What a model says it used. An explicit zero is a value; a usage that was not given is `null` where it is
 * held, never a row of zeros.
 */
export type Usage = {
  readonly promptTokens: number
  readonly outputTokens: number
  /** The part of `promptTokens` that was read from the upstream's prompt cache. */
  readonly cachedTokens: number
  /** The part of `outputTokens` that was spent on hidden reasoning. */
  readonly reasoningTokens: number
}

export const noUsage: Usage = { promptTokens: 0, outputTokens: 0, cachedTokens: 0, reasoningTokens: 0 }
