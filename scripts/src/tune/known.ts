/**
 * What is known of one request: what the judge of the gateway says of it, and what each model's answer came to, as far as it was
 * asked or recorded.
 */
export type Told = {
  /** From 0 to 1. */
  readonly quality: number
  /** What it cost; null where nobody knows. */
  readonly usd: number | null
  readonly joules: number | null
  readonly latencyMs: number | null
}

export type NearTold = Told & {
  /** How far the gateway believes the answer; null where nothing tells. */
  readonly confidence: number | null
}

export type Known = {
  readonly id: string
  /** The kind of task by the gateway's judge, since that is what a policy's rules go by. */
  readonly task: string | null
  readonly gain: number | null
  readonly difficulty: number | null
  readonly local?: NearTold
  readonly frontier?: Told
  /** A second near answer, and whether it says the same as the first. */
  readonly second?: Told & { readonly agrees: boolean }
}

/** The answers that a strategy may need. */
export type Need = 'local' | 'frontier' | 'second'
