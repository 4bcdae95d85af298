/** Reads an upstream's stream as events, for answers that are looked at or changed on their way. */
import { type ChatEvent, isSseDone, NearsideError, readChunk, sseReader } from '@nearside/core'

const mostEventChars = 4 * 1024 * 1024

export type EventSource = {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>
  readonly first: Uint8Array
  readonly heard: () => void
}

/** Ends where the answer does; throws where it was cut. */
export async function* readEvents(source: EventSource): AsyncGenerator<ChatEvent> {
  const decoder = new TextDecoder()
  const sse = sseReader({ maxEventChars: mostEventChars })
  let finished = false
  let value: Uint8Array | undefined = source.first
  try {
    while (value !== undefined) {
      source.heard()
      for (const message of sse.push(decoder.decode(value, { stream: true }))) {
        if (isSseDone(message)) return
        const delta = readChunk(message.data)
        finished ||= delta.choices.some((choice) => choice.finishReason !== null)
        yield delta
      }
      value = (await source.reader.read()).value
    }
    for (const message of sse.end()) if (!isSseDone(message)) yield readChunk(message.data)
  } finally {
    source.reader.cancel().catch(() => {})
  }
  if (!finished)
    throw new NearsideError('tier-failed', 'The upstream ended its answer before it was complete.')
}
