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
import { relay, type Source } from '../answer/relay.ts'
import { type Closing, openTail } from '../answer/stream-tail.ts'
import { sizeOf, watchEvents } from '../answer/watch-events.ts'
import { writeEvents } from '../answer/write-events.ts'
import type { Desk } from '../desk/desk.ts'
import type { RequestRecord } from '../record/record.ts'
import type { Served } from '../run/run-plan.ts'
import { answerHeaders, nearsideMember } from './answer-headers.ts'
import { openSettlement, type Settlement, type Story } from './settlement.ts'

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
  // Field by field: what heard an answer counts as it goes, and a spread would leave its counts behind.
  const closing: Closing = ({ usage, seenTokens }, wire) => {
    const charged = settlement.charge({ outcome: 'answered', usage, seenTokens, error: null })
    return nearsideMember(call, served, purse, charged, wire)
  }
  const stream = (body: ReadableStream<Uint8Array>): Response =>
    new Response(body, { headers: answerHeaders(call, served, purse, eventStream, free ? 0 : null) })

  const { begun } = served
  switch (begun.kind) {
    case 'whole': {
      const heard = sizeOf(begun.answer)
      if (call.request.stream) {
        const events = eventsOf([begun.answer])
        const changed = rewrite === null ? events : rewrite(events)
        return stream(writeEvents(changed, envelope, wantsUsage, heard, closing, giveUp(), settlement.end))
      }
      const answer = rewrite === null ? begun.answer : await rewritten(begun.answer, rewrite, settlement)
      const end: AnswerEnd = { ...heard, outcome: 'answered', error: null }
      const { amount } = settlement.charge(end)
      const body = writeAnswer(answer, envelope, closing(heard, begun.answer.wire))
      settlement.end(end)
      return new Response(body, { headers: answerHeaders(call, served, purse, 'application/json', amount) })
    }
    case 'native': {
      const { body, watched } = native(
        begun.body,
        call.request.answers,
        begun.deadline.signal,
        settlement.end,
      )
      call.waitUntil(watched)
      return stream(body)
    }
    case 'read': {
      const { heard, signal, abort: stop } = begun.deadline
      const source = { ...begun, heard, signal, stop, waitUntil: call.waitUntil }
      if (rewrite === null)
        return stream(relay(source, openTail(wantsUsage, call.request.answers, closing), settlement.end))
      const watch = watchEvents(readEvents(source, call.request.answers))
      const events = rewrite(watch.events)
      return stream(writeEvents(events, envelope, wantsUsage, watch, closing, source, settlement.end))
    }
  }
}

/** Nobody is to be told when an answer that is already here is given up. */
function giveUp(): Pick<Source, 'signal' | 'stop'> {
  const controller = new AbortController()
  return { signal: controller.signal, stop: (reason) => controller.abort(reason) }
}

/** A host's rewriting may fail: the upstream has been used all the same. */
async function rewritten(
  answer: AnswerWhole,
  rewrite: (events: AsyncIterable<ChatEvent>) => AsyncIterable<ChatEvent>,
  settlement: Settlement,
): Promise<AnswerWhole> {
  try {
    return await gathered(rewrite(eventsOf([answer])))
  } catch (error) {
    const fault = faultOf(error)
    settlement.end({ ...sizeOf(answer), outcome: 'cut', error: fault })
    throw fault
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
