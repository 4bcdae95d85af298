/**
 * Takes out of an answer the probabilities that the gateway asked for and the caller did not: it sees what it would have seen.
 */
import type { AnswerWhole, JsonObject, JsonValue } from '@nearside/core'
import type { PieceReader } from './attempt.ts'
import { type Pieces, rewrittenEvents } from './rewritten-events.ts'

export function withoutLogprobs(answer: AnswerWhole): AnswerWhole {
  const choices = answer.choices.map((choice) => ({ ...choice, logprobs: [] }))
  return { ...answer, choices, wire: answer.wire === null ? null : clean(answer.wire) }
}

/** The pieces of a stream without them; `first` is what was read before. */
export function readerWithoutLogprobs(first: Uint8Array, reader: PieceReader): Pieces {
  return rewrittenEvents(first, reader, clean)
}

/** A text that cannot be read goes on as it came: whoever reads it next says what is wrong with it. */
function clean(wire: string): string {
  if (!wire.includes('"logprobs"')) return wire
  try {
    const value = JSON.parse(wire) as { choices?: JsonValue } & JsonObject
    if (!Array.isArray(value.choices)) return wire
    const choices = value.choices.map((choice: JsonObject) =>
      Object.hasOwn(choice, 'logprobs') ? { ...choice, logprobs: null } : choice,
    )
    return JSON.stringify({ ...value, choices })
  } catch {
    return wire
  }
}
