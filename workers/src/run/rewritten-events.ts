/** The pieces of a stream with each of its events rewritten on the way, and the bytes put together anew. */
import { isSseDone, sseDone, sseReader, writeSse } from '@nearside/core'
import type { PieceReader } from './attempt.ts'

export type Pieces = { readonly first: Uint8Array; readonly reader: PieceReader }

const mostEventChars = 4 * 1024 * 1024

/** `first` is what was read before. */
export function rewrittenEvents(
  first: Uint8Array,
  reader: PieceReader,
  rewrite: (data: string) => string,
): Pieces {
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  const sse = sseReader({ maxEventChars: mostEventChars })
  const written = (messages: ReturnType<typeof sse.push>): Uint8Array => {
    let text = ''
    for (const message of messages) text += isSseDone(message) ? sseDone : writeSse(rewrite(message.data))
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
