/**
 * Tells a chat answer, as it was written for a chat client, as a response: whole, or event by event.
 *
 * As in the relay, the client's pull drives the read, and a cut is an event that says so and then an aborted connection. A
 * `nearside` object is believed where it names this request's own decision, which no upstream is told.
 */
import {
  isSseDone,
  type JsonObject,
  NearsideError,
  type ResponseTerms,
  type ResponseWriter,
  responseWriter,
  sseReader,
} from '@nearside/core'
import { bare, brokenOff, nextTurn } from '../answer/broken-off.ts'

export type Telling = {
  readonly terms: ResponseTerms
  readonly decision: string
  /** Keeps the complete response where it is to be kept, and says whether it is. */
  keep(response: JsonObject): Promise<boolean>
  /** Keeps the isolate alive for work behind the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void
}

export async function tellWhole(answer: Response, telling: Telling): Promise<string> {
  const writer = responseWriter(telling.terms)
  writer.push(readJson(await answer.text(), telling.decision))
  writer.close()
  const stored = await telling.keep(writer.object(true))
  return JSON.stringify(writer.object(stored))
}

const mostEventChars = 4 * 1024 * 1024

export function tellStream(body: ReadableStream<Uint8Array>, telling: Telling): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const sse = sseReader({ maxEventChars: mostEventChars })
  const writer = responseWriter(telling.terms)
  const unheard = new AbortController().signal
  let untold = writer.begin()
  let failure: NearsideError | null = null

  /** Reads on until there is something to tell; whether that is the last. */
  async function next(): Promise<boolean> {
    for (;;) {
      const { done, value } = await reader.read()
      let ended = done
      const messages = value === undefined ? sse.end() : sse.push(decoder.decode(value, { stream: true }))
      for (const message of messages) {
        ended ||= isSseDone(message)
        if (ended && isSseDone(message)) break
        untold += writer.push(readJson(message.data, telling.decision))
      }
      if (ended) untold += await endOf(writer, telling)
      if (untold !== '') return ended
    }
  }

  function told(): Uint8Array {
    const text = untold
    untold = ''
    return encoder.encode(text)
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (failure !== null) {
          await nextTurn()
          controller.error(bare(failure))
          return
        }
        try {
          const ended = await next()
          controller.enqueue(told())
          if (!ended) return
          controller.close()
          telling.waitUntil(readOut(reader))
        } catch (error) {
          failure = brokenOff(error, unheard)
          untold += writer.fail(failure.message)
          controller.enqueue(told())
          reader.cancel().catch(() => {})
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

const encoder = new TextEncoder()

/** An answer that has not said how it finished was cut, however cleanly its stream ended. */
async function endOf(writer: ResponseWriter, telling: Telling): Promise<string> {
  if (!writer.finished) {
    throw new NearsideError('tier-failed', 'The upstream ended its answer before it was complete.')
  }
  const events = writer.close()
  return events + writer.end(await telling.keep(writer.object(true)))
}

/** To the end of what is behind the answer: the chat path ends there. */
async function readOut(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // The answer was whole; what becomes of the rest is nobody's concern.
  }
}

function readJson(text: string, decision: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = null
  }
  if (!isObject(value))
    throw new NearsideError('tier-failed', 'The upstream sent something that is not an answer.')
  const { error, nearside, ...answer } = value
  if (isObject(error)) {
    // The chat path has these codes for what ends a stream, and its messages are for callers. An upstream's, where bytes
    // pass natively, are not.
    const own = /^(?:tier_failed|timed_out|internal_error)$/.test(String(error.code))
    throw new NearsideError('tier-failed', own ? String(error.message) : 'The upstream sent an error.')
  }
  return isObject(nearside) && nearside.decision === decision ? { ...answer, nearside } : answer
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
