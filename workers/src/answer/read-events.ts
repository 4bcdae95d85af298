/** Reads an upstream's stream as events, for answers that are looked at or changed on their way. */
import {
  type AnswerDelta,
  type ChatEvent,
  isSseDone,
  NearsideError,
  openFinish,
  readChunk,
  sseReader,
} from '@nearside/core'
import { brokenOff } from './broken-off.ts'
import { readOut } from './read-out.ts'
import type { Source } from './relay.ts'

type EventSource = Pick<Source, 'reader' | 'first' | 'heard' | 'signal' | 'waitUntil'>

const mostEventChars = 4 * 1024 * 1024

/** Ends where the answer does; throws where it was cut. */
export async function* readEvents(source: EventSource, answers: number): AsyncGenerator<ChatEvent> {
  const decoder = new TextDecoder()
  const sse = sseReader({ maxEventChars: mostEventChars })
  const finish = openFinish(answers)
  const read = (data: string): AnswerDelta => {
    const delta = readChunk(data)
    finish.note(delta)
    return delta
  }
  let value: Uint8Array | undefined = source.first
  let isOver = false
  try {
    while (value !== undefined) {
      source.heard()
      for (const message of sse.push(decoder.decode(value, { stream: true }))) {
        isOver = isSseDone(message)
        if (isOver) return
        yield read(message.data)
      }
      value = (await nextOf(source)).value
    }
    for (const message of sse.end()) {
      if (isSseDone(message)) return
      yield read(message.data)
    }
  } finally {
    if (isOver) source.waitUntil(readOut(source.reader))
    else source.reader.cancel().catch(() => {})
  }
  if (!finish.complete)
    throw new NearsideError('tier-failed', 'The upstream ended its answer before it was complete.')
}

async function nextOf({ reader, signal }: EventSource): Promise<{ value?: Uint8Array | undefined }> {
  try {
    return await reader.read()
  } catch (error) {
    throw brokenOff(error, signal)
  }
}
