/** Reads an upstream's stream as events, for answers that are looked at or changed on their way. */
import { type ChatEvent, isSseDone, NearsideError, readChunk, sseReader } from '@nearside/core'
import { brokenOff } from './broken-off.ts'
import type { Source } from './relay.ts'

const mostEventChars = 4 * 1024 * 1024

/** Ends where the answer does; throws where it was cut. */
export async function* readEvents(source: Omit<Source, 'stop'>): AsyncGenerator<ChatEvent> {
  const decoder = new TextDecoder()
  const sse = sseReader({ maxEventChars: mostEventChars })
  let finished = false
  const read = (data: string): ChatEvent => {
    const delta = readChunk(data)
    finished ||= delta.choices.some((choice) => choice.finishReason !== null)
    return delta
  }
  let value: Uint8Array | undefined = source.first
  try {
    while (value !== undefined) {
      source.heard()
      for (const message of sse.push(decoder.decode(value, { stream: true }))) {
        if (isSseDone(message)) return
        yield read(message.data)
      }
      value = (await nextOf(source)).value
    }
    for (const message of sse.end()) {
      if (isSseDone(message)) return
      yield read(message.data)
    }
  } finally {
    source.reader.cancel().catch(() => {})
  }
  if (!finished)
    throw new NearsideError('tier-failed', 'The upstream ended its answer before it was complete.')
}

async function nextOf({ reader, signal }: Omit<Source, 'stop'>): Promise<{ value?: Uint8Array | undefined }> {
  try {
    return await reader.read()
  } catch (error) {
    throw brokenOff(error, signal)
  }
}
