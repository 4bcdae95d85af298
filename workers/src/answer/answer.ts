/**
 * What a tier gives back once it has begun to answer, and how such an answer ends.
 *
 * Four ways of carrying one thing. `whole` is complete. `relayed` is the upstream's own stream, read in JavaScript
 * chunk by chunk; `native` is the same stream passed on by the platform, unread. `events` is an answer that
 * somebody here makes or changes.
 */
import type { AnswerWhole, ChatEvent, NearsideError, Usage } from '@nearside/core'

export type Answer =
  | { readonly kind: 'whole'; readonly answer: AnswerWhole }
  | { readonly kind: 'events'; readonly events: AsyncIterable<ChatEvent> }
  | { readonly kind: 'relayed'; readonly body: ReadableStream<Uint8Array> }
  | { readonly kind: 'native'; readonly body: ReadableStream<Uint8Array> }

/** How an answer ended, as far as it was heard: what the settlement rests on. */
export type AnswerEnd = {
  readonly outcome: 'answered' | 'cut' | 'client-gone'
  /** What the upstream said it used; null where it said nothing. */
  readonly usage: Usage | null
  /** A pessimistic count of the output that was seen, for endings without usage; null where nobody looked. */
  readonly seenTokens: number | null
  readonly error: NearsideError | null
}
