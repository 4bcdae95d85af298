/**
 * Takes out of an answer the probabilities that the gateway asked for and the caller did not: it sees what it would have seen.
 */
import {
  type AnswerWhole,
  isSseDone,
  type JsonObject,
  type JsonValue,
  sseDone,
  sseReader,
  writeSse,
} from '@nearside/core'
import type { PieceReader } from './attempt.ts'

export function withoutLogprobs(answer: AnswerWhole): AnswerWhole {
  const choices = answer.choices.map((choice) => ({ ...choice, logprobs: [] }))
  return { ...answer, choices, wire: answer.wire === null ? null : clean(answer.wire) }
}

/** The pieces of a stream without them; `first` is what was read before. */
export function readerWithoutLogprobs(
  first: Uint8Array,
  reader: PieceReader,
): { readonly first: Uint8Array; readonly reader: PieceReader } {
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  const sse = sseReader({ maxEventChars: 4 * 1024 * 1024 })
  const written = (messages: ReturnType<typeof sse.push>): Uint8Array => {
    let text = ''
    for (const message of messages) text += isSseDone(message) ? sseDone : writeSse(clean(message.data))
    return encoder.encode(text)
  }
  const push = (piece: Uint8Array): Uint8Array => written(sse.push(decoder.decode(piece, { stream: true })))
  let ended = false
  return {
    first: push(first),
    reader: {
      async read() {
        for (;;) {
          if (ended) return { done: true, value: undefined }
          const { value } = await reader.read()
          ended = value === undefined
          const piece = value === undefined ? written(sse.end()) : push(value)
          // Half an event says nothing yet.
          if (piece.byteLength > 0) return { done: false, value: piece }
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
  }
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
