/** OpenAI's usual answer as the pieces in which it goes over the wire. */
import { type Answer, chunks, completion, defaultAnswer } from '../../doubles/answer.ts'

/** Eleven events: the role, seven of text, the finish, the usage, `[DONE]`. */
export function streamEvents(answer: Partial<Answer> = {}): readonly string[] {
  const events = chunks({ ...defaultAnswer, ...answer }, true).map(
    (chunk) => `data: ${JSON.stringify(chunk)}\n\n`,
  )
  return [...events, 'data: [DONE]\n\n']
}

/** As many of the events as a client of the gateway sees when no more have come: the finish is held for its next. */
export function visibleOf(sent: number): number {
  return Math.min(sent, 8)
}

/** The body of an answer that is not streamed, in eight pieces. */
export function wholePieces(): readonly string[] {
  const text = JSON.stringify(completion(defaultAnswer))
  const length = Math.ceil(text.length / 8)
  return Array.from({ length: 8 }, (_, i) => text.slice(i * length, (i + 1) * length))
}

/** What the usual answer costs at the price of `settings.ts`: 19 prompt tokens and 8 of output. */
export const usualCost = 19 * 1_000 + 8 * 4_000
