/** How an answer ended, as far as it was heard: what the settlement rests on. */
import type { NearsideError, Usage } from '@nearside/core'

export type AnswerEnd = {
  readonly outcome: 'answered' | 'cut' | 'client-gone'
  /** What the upstream said it used; null where it said nothing. */
  readonly usage: Usage | null
  /** A pessimistic count of the output that was seen, for endings without usage; null where nobody looked. */
  readonly seenTokens: number | null
  readonly error: NearsideError | null
}
