/**
 * From an answer that has begun to the response, in whichever of the four ways it is carried.
 *
 * Everything ends in the settlement, off the critical path. The headers are built from nothing; the body is the
 * upstream's own wherever nothing here rewrites it.
 */
import {
  type AnswerWhole,
  answerFold,
  type ChatEvent,
  type Envelope,
  faultOf,
  writeAnswer,
} from '@nearside/core'
import type { AnswerEnd } from '../answer/answer.ts'
import { native } from '../answer/native.ts'
import { readEvents } from '../answer/read-events.ts'
import { relay } from '../answer/relay.ts'
import { type Closing, openTail } from '../answer/stream-tail.ts'
import { watchEvents } from '../answer/watch-events.ts'
import { writeEvents } from '../answer/write-events.ts'
import type { Desk } from '../desk/desk.ts'
import type { RequestRecord } from '../record/record.ts'
import type { Served } from '../run/run-plan.ts'
import { answerHeaders, nearsideMember } from './answer-headers.ts'
import { openSettlement, type Story } from './settlement.ts'

const eventStream = 'text/event-stream; charset=utf-8'

export async function respond(
  story: Story,
  served: Served,
  desk: Desk,
  tell: (record: RequestRecord) => void,
): Promise<Response> {
  const { call, purse } = story
  const { rewrite } = desk.options
  const settlement = openSettlement(story, served, desk, tell)
  const envelope = envelopeOf(story, served)
  const wantsUsage = call.request.includeUsage
  const free = served.target.price === null
  const closing: Closing = (heard, wire) =>
    nearsideMember(
      call,
      served,
      purse,
      settlement.charge({ ...heard, outcome: 'answered', error: null }),
      wire,
    )
  const stream = (body: ReadableStream<Uint8Array>): Response =>
    new Response(body, { headers: answerHeaders(call, served, purse, eventStream, free ? 0 : null) })

  const { begun } = served
  switch (begun.kind) {
    case 'whole': {
      const watch = watchEvents(eventsOf([begun.answer]))
      const events = rewrite === null ? watch.events : rewrite(watch.events)
      if (call.request.stream) {
        return stream(writeEvents(events, envelope, wantsUsage, watch, closing, () => {}, settlement.end))
      }
      const answer = await gathered(events).catch((error: unknown) => {
        const fault = faultOf(error)
        settlement.end({ outcome: 'cut', usage: watch.usage, seenTokens: watch.seenTokens, error: fault })
        throw fault
      })
      const body = writeAnswer(answer, envelope, closing(watch, begun.answer.wire))
      const end: AnswerEnd = {
        outcome: 'answered',
        usage: watch.usage,
        seenTokens: watch.seenTokens,
        error: null,
      }
      const { amount } = settlement.charge(end)
      settlement.end(end)
      return new Response(body, { headers: answerHeaders(call, served, purse, 'application/json', amount) })
    }
    case 'native': {
      const { body, watched } = native(begun.body, settlement.end)
      call.waitUntil(watched)
      return stream(body)
    }
    case 'read': {
      const source = { ...begun, heard: begun.deadline.heard, stop: begun.deadline.abort }
      if (rewrite === null) return stream(relay(source, openTail(wantsUsage, closing), settlement.end))
      const watch = watchEvents(readEvents(source))
      const events = rewrite(watch.events)
      return stream(writeEvents(events, envelope, wantsUsage, watch, closing, source.stop, settlement.end))
    }
  }
}

async function gathered(events: AsyncIterable<ChatEvent>): Promise<AnswerWhole> {
  const fold = answerFold()
  for await (const event of events) {
    if (event.type === 'answer-whole') return event
    fold.push(event)
  }
  return fold.whole()
}

async function* eventsOf(events: readonly ChatEvent[]): AsyncGenerator<ChatEvent> {
  yield* events
}

function envelopeOf({ call }: Story, served: Served): Envelope {
  return {
    id: `chatcmpl-${call.id}`,
    createdSeconds: Math.floor(call.at / 1_000),
    model: served.step.model,
    systemFingerprint: null,
  }
}
