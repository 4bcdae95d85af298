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
  type NanoUsd,
  type NearsideError,
  writeAnswer,
} from '@nearside/core'
import type { AnswerEnd } from '../answer/answer-end.ts'
import { native } from '../answer/native.ts'
import { readEvents } from '../answer/read-events.ts'
import { relay, type Source } from '../answer/relay.ts'
import { type Closing, openTail } from '../answer/stream-tail.ts'
import { sizeOf, watchEvents } from '../answer/watch-events.ts'
import { writeEvents } from '../answer/write-events.ts'
import type { Desk } from '../desk/desk.ts'
import { sampleOf } from '../judging/sample.ts'
import { nothing } from '../purse/purse.ts'
import type { RequestRecord } from '../record/record.ts'
import type { Begun } from '../run/attempt.ts'
import type { Served } from '../run/served.ts'
import { answerHeaders, nearsideMember } from './answer-headers.ts'
import { rewritingOf } from './rewriting.ts'
import { inSession } from './session-headers.ts'
import { openSettlement, type Settlement, type Story } from './settlement.ts'

const eventStream = 'text/event-stream; charset=utf-8'

export async function respond(
  story: Story,
  given: Served,
  desk: Desk,
  tell: (record: RequestRecord) => void,
): Promise<Response> {
  const held = desk.options.sessions === null ? given : await inSession(story, given, desk)
  const sample = desk.quality === null ? null : sampleOf(story, held, desk)
  const served = sample === null ? held : { ...held, begun: sample.begun }
  const settlement = openSettlement(story, served, desk, tell, sample)
  try {
    return await carried(story, served, desk, settlement)
  } catch (error) {
    // A host's rewriting may fail before it has begun: the upstream has been used all the same.
    const fault = faultOf(error)
    settlement.end({ ...sizeOfBegun(served.begun), outcome: 'cut', error: fault })
    giveUp(served.begun, fault)
    throw fault
  }
}

async function carried(
  story: Story,
  served: Served,
  { options }: Desk,
  settlement: Settlement,
): Promise<Response> {
  const { call, purse } = story
  const { begun } = served
  const rewrite = rewritingOf(call, served, options)
  const envelope = envelopeOf(story, served)
  const wantsUsage = call.request.includeUsage
  // Field by field: what heard an answer counts as it goes, and a spread would leave its counts behind.
  const closing: Closing = ({ usage, seenTokens }, wire) => {
    const charged = settlement.charge({ outcome: 'answered', usage, seenTokens, error: null })
    const member = nearsideMember(call, served, purse, charged, wire)
    settlement.said(member)
    return member
  }
  const stream = (body: ReadableStream<Uint8Array>, cost: NanoUsd | null): Response =>
    new Response(body, { headers: answerHeaders(call, served, purse, eventStream, cost) })
  // What costs nothing itself may come after attempts that did.
  const costSoFar = served.target.price === null ? (purse.charged ?? nothing).amount : null

  switch (begun.kind) {
    case 'whole': {
      const heard = sizeOf(begun.answer)
      const end: AnswerEnd = { ...heard, outcome: 'answered', error: null }
      if (call.request.stream) {
        const events = eventsOf([begun.answer])
        const changed = rewrite === null ? events : rewrite(events)
        const { signal, stop } = nobodyToTell()
        const onEnd = settlement.end
        const body = writeEvents({
          events: changed,
          envelope,
          wantsUsage,
          watch: heard,
          closing,
          signal,
          stop,
          onEnd,
        })
        // It is all here: a client that never reads it keeps no money held.
        return stream(body, settlement.charge(end).amount)
      }
      const answer = rewrite === null ? begun.answer : await gathered(rewrite(eventsOf([begun.answer])))
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
      return stream(body, costSoFar)
    }
    case 'read': {
      const { reader, first, deadline } = begun
      const { signal } = deadline
      const heard = (): void => deadline.heard()
      const stop: Source['stop'] = (reason) => deadline.abort(reason)
      const source: Source = { reader, first, heard, signal, stop, waitUntil: call.waitUntil }
      if (rewrite === null) {
        const tail = openTail(wantsUsage, call.request.answers, closing)
        return stream(relay(source, tail, settlement.end), costSoFar)
      }
      const watch = watchEvents(readEvents(source, call.request.answers))
      const events = rewrite(watch.events)
      const onEnd = settlement.end
      return stream(
        writeEvents({ events, envelope, wantsUsage, watch, closing, signal, stop, onEnd }),
        costSoFar,
      )
    }
  }
}

/** Nobody is to be told when an answer that is already here is given up. */
function nobodyToTell(): Pick<Source, 'signal' | 'stop'> {
  const controller = new AbortController()
  return { signal: controller.signal, stop: (reason) => controller.abort(reason) }
}

/** Of an answer that is still to come, nobody has looked at anything. */
function sizeOfBegun(begun: Begun): Pick<AnswerEnd, 'usage' | 'seenTokens'> {
  return begun.kind === 'whole' ? sizeOf(begun.answer) : { usage: null, seenTokens: null }
}

/** The upstream is told to stop. */
function giveUp(begun: Begun, fault: NearsideError): void {
  if (begun.kind === 'whole') return
  begun.deadline.abort(fault)
  if (begun.kind === 'read') begun.reader.cancel(fault).catch(() => {})
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
    systemFingerprint: served.version,
  }
}
