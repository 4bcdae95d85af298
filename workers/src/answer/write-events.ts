/**
 * Writes events as a stream of server-sent events, for answers that are made or changed here.
 *
 * As in the relay, a cut is an error event and then an aborted connection. The event with the finish is held until
 * the next is there, since the last one carries the `nearside` object; the usage event is dropped where nobody
 * asked for it.
 */
import {
  type AnswerDelta,
  type ChatEvent,
  chunkWriter,
  type Envelope,
  errorAnswer,
  faultOf,
  type JsonObject,
  NearsideError,
  sseDone,
  unfoldAnswer,
  writeSse,
  writeSseError,
} from '@nearside/core'
import type { AnswerEnd } from './answer-end.ts'
import { bare, nextTurn, onGivenUp } from './broken-off.ts'
import type { Source } from './relay.ts'
import type { Closing, Heard } from './stream-tail.ts'

export type EventsToWrite = Pick<Source, 'signal' | 'stop'> & {
  readonly events: AsyncIterable<ChatEvent>
  readonly envelope: Envelope
  readonly wantsUsage: boolean
  /** The size of the upstream's answer, before anybody changed it. */
  readonly watch: Heard
  readonly closing: Closing
  readonly onEnd: (ending: AnswerEnd) => void
}

export function writeEvents(given: EventsToWrite): ReadableStream<Uint8Array> {
  const { events, envelope, wantsUsage, watch, closing, signal, stop, onEnd } = given
  const encoder = new TextEncoder()
  const write = chunkWriter(envelope)
  const iterator = events[Symbol.asyncIterator]()
  let held: AnswerDelta | null = null
  /** The usage event that the caller did not ask for; a node's own report stands in it. */
  let unwanted: string | null = null
  let failure: NearsideError | null = null

  const release = (nearside: JsonObject | null): string => {
    const text = held === null ? '' : writeSse(write(held, nearside))
    held = null
    return text
  }
  const take = (delta: AnswerDelta): string => {
    const isUsage = delta.choices.length === 0 && delta.usage !== null
    if (isUsage && !wantsUsage) {
      unwanted = delta.wire
      return ''
    }
    const before = release(null)
    if (!isUsage && !delta.choices.some((choice) => choice.finishReason !== null)) {
      return before + writeSse(write(delta, null))
    }
    held = delta
    return before
  }
  const end = (outcome: AnswerEnd['outcome'], error: NearsideError | null): void =>
    onEnd({ outcome, error, usage: watch.usage, seenTokens: watch.seenTokens })
  onGivenUp(signal, end)

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (failure !== null) {
          await nextTurn()
          controller.error(bare(failure))
          return
        }
        try {
          let text = ''
          while (text === '') {
            const { done, value } = await iterator.next()
            if (done === true) {
              controller.enqueue(
                encoder.encode(release(closing(watch, unwanted ?? held?.wire ?? null)) + sseDone),
              )
              controller.close()
              end('answered', null)
              return
            }
            for (const delta of value.type === 'answer-whole' ? unfoldAnswer(value) : [value])
              text += take(delta)
          }
          controller.enqueue(encoder.encode(text))
        } catch (error) {
          failure = signal.aborted ? (signal.reason as NearsideError) : faultOf(error)
          stop(failure)
          controller.enqueue(encoder.encode(writeSseError(errorAnswer(failure).body)))
        }
      },
      async cancel() {
        stop(new NearsideError('client-gone', 'The client left before the answer was complete.'))
        await iterator.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
