/**
 * Passes an upstream's stream on, chunk by chunk, and knows how it ended.
 *
 * The client's pull drives the upstream's read, so a client that stalls stalls the upstream and nothing is held in
 * between. A cut becomes an error event first and an aborted connection after it, never a clean end: OpenAI's
 * clients take the end of the stream for success. When the client leaves, the upstream is told at once.
 */
import { errorAnswer, NearsideError, writeSseError } from '@nearside/core'
import type { AnswerEnd } from './answer-end.ts'
import { bare, brokenOff, nextTurn, onGivenUp } from './broken-off.ts'
import { readOut } from './read-out.ts'
import type { StreamTail } from './stream-tail.ts'

export type Source = {
  readonly reader: Pick<ReadableStreamDefaultReader<Uint8Array>, 'read' | 'cancel'>
  /** What was read to see that the answer had begun. */
  readonly first: Uint8Array
  readonly heard: () => void
  /** Aborted when the attempt is given up, the fault as its reason. */
  readonly signal: AbortSignal
  /** Gives it up: the upstream is told to stop. */
  readonly stop: (reason: NearsideError) => void
  /** Keeps the isolate alive for work behind the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void
}

export function relay(
  source: Source,
  tail: StreamTail,
  onEnd: (ending: AnswerEnd) => void,
): ReadableStream<Uint8Array> {
  const decoder = new TextDecoder()
  let first: Uint8Array | null = source.first
  let failure: NearsideError | null = null

  const end = (outcome: AnswerEnd['outcome'], error: NearsideError | null): void =>
    onEnd({ outcome, error, usage: tail.usage, seenTokens: tail.seenTokens })
  onGivenUp(source.signal, end)

  /** The next bytes for the client; null at the clean end. */
  async function next(): Promise<Uint8Array | null> {
    for (;;) {
      if (tail.done) return null
      const value = first ?? (await source.reader.read()).value
      first = null
      source.heard()
      if (value === undefined) return encoder.encode(tail.end())
      const text = tail.push(decoder.decode(value, { stream: true }))
      if (text === null) return value
      if (text !== '') return encoder.encode(text)
    }
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
          const bytes = await next()
          if (bytes !== null) {
            controller.enqueue(bytes)
            if (!tail.done) return
          }
          controller.close()
          source.waitUntil(readOut(source.reader))
          end('answered', null)
        } catch (error) {
          failure = brokenOff(error, source.signal)
          source.stop(failure)
          controller.enqueue(encoder.encode(writeSseError(errorAnswer(failure).body)))
        }
      },
      cancel() {
        source.stop(new NearsideError('client-gone', 'The client left before the answer was complete.'))
        source.reader.cancel().catch(() => {})
      },
    },
    { highWaterMark: 0 },
  )
}

const encoder = new TextEncoder()
