/** What the hardest turn of one kind comes to. */
export type TurnKind = Pick<Signals, 'difficulty' | 'gain' | 'task'>

/** What is known of a request before anything is decided. Free of text: signals are shown and recorded. */
export type Signals = {
  /** A pessimistic count of the conversation's tokens, tools and images included. */
  readonly promptTokens: number
  /** The most output the caller asked for, all answers together; null where it named no limit. */
  readonly outputTokens: number | null
  readonly turns: number
  /** How likely a 3B-class model falls short, from 0 to 1, over the hardest turn so far; null where that is unknown. */
  readonly difficulty: number | null
  /** What the frontier is expected to gain in quality, from -1 to 1, over the turn where that is most; null where nobody judged it. */
  readonly gain: number | null
  /** The kind of task of the newest turn; null where nobody judged it. */
  readonly task: string | null
  /** Each kind of turn in the conversation, the newest first; left out where all turns are of one kind, or nobody told them apart. */
  readonly kinds?: readonly TurnKind[]
  readonly tools: boolean
  readonly schema: boolean
  readonly images: boolean
  readonly audio: boolean
  /** Whether the answer is to come in pieces; left out where it is to come whole. */
  readonly stream?: true
  /** How long the one long text in it is, where it brings one with a task; left out where it brings none. */
  readonly documentTokens?: number
  /** What the edge would answer, when it is sure. */
  readonly edge: { readonly answerer: string; readonly confidence: number } | null
}
