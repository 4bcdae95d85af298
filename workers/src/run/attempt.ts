/**
 * One attempt at one upstream: asks, and comes back when the answer has begun.
 *
 * Until then a failure is the caller's business (ask again, or ask another); from then on the answer belongs to the
 * client. A whole answer has begun when it is complete, for which it has all the time there is: how long it takes says
 * how long it is. Only where it is seen to come, and then to stop, it is not waited for. A relayed stream has begun with its first event, a native one with its headers, since nobody here
 * reads it.
 */
import {
  type AnswerWhole,
  type ChatRequest,
  NearsideError,
  type NodeLoad,
  nodeHeaders,
  readLoad,
  type Target,
} from '@nearside/core'
import type { Call } from '../call/call.ts'
import { versionIn } from '../fleet/look-at.ts'
import { redactionFor, requestFor } from '../gate/outgoing.ts'
import type { Options } from '../options/resolve-options.ts'
import { askUpstream, type Upward } from '../tiers/openai-compatible.ts'
import { type HearPiece, readBounded } from '../tiers/read-bounded.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { untilFirstEvent } from './first-event.ts'
import { requestsEndTheirFetches, wholeInTime } from './whole-answer.ts'

/** As much of a stream's reader as carrying an answer takes. */
export type PieceReader = Pick<ReadableStreamDefaultReader<Uint8Array>, 'read' | 'cancel'>

export type Begun =
  | { readonly kind: 'whole'; readonly answer: AnswerWhole }
  | {
      readonly kind: 'read'
      readonly reader: PieceReader
      readonly first: Uint8Array
      readonly deadline: Deadline
    }
  | { readonly kind: 'native'; readonly body: ReadableStream<Uint8Array>; readonly deadline: Deadline }

/** What a node says of itself beside an answer. */
export type HearNode = (load: NodeLoad | null, version: string | null) => void

/** What holds for this attempt alone. */
export type Terms = {
  readonly outputLimit: number | null
  readonly endsAt: number
  /** How long it may stand in the line of a node; null where nobody minds. */
  readonly waitMs: number | null
}

export async function attempt(
  call: Call,
  target: Target,
  terms: Terms,
  options: Options,
  hearNode: HearNode,
): Promise<Begun> {
  if (call.clientGone.aborted)
    throw new NearsideError('client-gone', 'The client left before anything was sent.')
  const { endsAt } = terms
  const ask = askOf(call, target, terms, options, hearNode)
  return requestsEndTheirFetches && !call.request.stream && call.severable !== true
    ? wholeInTime(call, { endsAt, idleMs: options.deadlines.idleMs, now: options.now }, (heard) =>
        wholeAnswer(ask, options, heard),
      )
    : watched(call, ask, endsAt, options)
}

async function wholeAnswer(ask: Upward, options: Options, heard: HearPiece): Promise<Begun> {
  const response = await askUpstream(ask, options.fetch, options.now)
  return readWhole(response, ask, heard)
}

async function readWhole(
  response: Response,
  { target, endpoint: { speech } }: Upward,
  heard: HearPiece,
): Promise<Begun> {
  try {
    return { kind: 'whole', answer: speech.answer(await readBounded(response, speech.mostBytes, heard)) }
  } catch (cause) {
    throw brokenOff(target, cause)
  }
}

async function watched(call: Call, ask: Upward, endsAt: number, options: Options): Promise<Begun> {
  const { request } = call
  const finish = finishes(call, ask.target, options)
  const firstTokenMs = request.stream ? options.deadlines.firstTokenMs : null
  const deadline = startDeadline({ firstTokenMs, endsAt }, call.alarm, options.now)
  if (!finish) abortWhenGone(call.clientGone, deadline)
  try {
    const response = await askUpstream({ ...ask, signal: deadline.signal }, options.fetch, options.now)
    const isStream = request.stream && /^text\/event-stream/i.test(response.headers.get('content-type') ?? '')
    if (!isStream || response.body === null) {
      deadline.begun(null)
      const begun = await readWhole(response, ask, () => deadline.begun(options.deadlines.idleMs))
      deadline.clear()
      return begun
    }
    if (finish) {
      deadline.begun(null)
      return { kind: 'native', body: response.body, deadline }
    }
    const reader = response.body.getReader()
    const first = await untilFirstEvent(reader).catch((cause) => {
      throw brokenOff(ask.target, cause)
    })
    deadline.heard()
    deadline.begun(options.deadlines.idleMs)
    return { kind: 'read', reader: timed(reader, deadline), first, deadline }
  } catch (error) {
    const { aborted, reason } = deadline.signal
    deadline.abort(new NearsideError('tier-failed', 'The attempt is over.'))
    // What the platform makes of an aborted read is its own; why it was aborted is ours.
    throw aborted ? reason : error
  }
}

function askOf(
  call: Call,
  target: Target,
  { outputLimit, waitMs }: Terms,
  options: Options,
  hearNode: HearNode,
): Upward {
  const endpoint = options.endpoints.get(target.name)
  if (endpoint === undefined) throw new NearsideError('tier-failed', `${target.name} has no address.`)
  const request = asKnownTo(target, requestFor(call, target.zone), call, options)
  return {
    target,
    endpoint,
    privacy: call.wishes.privacy,
    body: endpoint.speech.body(request, {
      model: target.model,
      includeUsage: true,
      limitField: endpoint.limitField,
      // What was set aside must hold: the upstream gets the limit it was reserved with, where it reads it.
      ...(outputLimit === null ? {} : { outputLimit }),
    }),
    stream: request.stream,
    forwarded: call.forwarded,
    urgency: target.tier === 'local' ? urgencyOf(call, waitMs, options.now()) : null,
    onHeaders(headers) {
      if (target.tier === 'local') hearNode(readLoad(headers.get(nodeHeaders.load) ?? ''), versionIn(headers))
    },
  }
}

/** A node is told of its tool calls by the ids that it gave them. */
function asKnownTo(
  target: Target,
  request: ChatRequest,
  { account }: Call,
  { sessions }: Options,
): ChatRequest {
  return sessions === null || target.tier !== 'local'
    ? request
    : sessions.asKnown(account.tenant, target, request)
}

/** What a node of the operator's own is told of how soon the answer is wanted; a frontier never is. */
function urgencyOf(
  { at, wishes: { latencyMs }, forwarded: { priority } }: Call,
  waitMs: number | null,
  now: number,
): Upward['urgency'] {
  if (latencyMs === null && priority === null && waitMs === null) return null
  return {
    waitMs,
    latencyMs: latencyMs === null ? null : Math.max(1, Math.ceil(latencyMs - (now - at))),
    priority,
  }
}

function brokenOff(target: Target, cause: unknown): NearsideError {
  return new NearsideError('tier-failed', `${target.name} broke off its answer or sent something else.`, {
    cause,
    maybeBilled: true,
  })
}

/**
 * The platform keeps a listener for as long as the request's signal, which is longer than the request: so it knows the
 * deadline alone, and not all that the attempt does.
 */
function abortWhenGone(clientGone: AbortSignal, deadline: Deadline): void {
  const leave = (): void =>
    deadline.abort(new NearsideError('client-gone', 'The client left.', { maybeBilled: true }))
  clientGone.addEventListener('abort', leave, { once: true })
}

/** The reader, with the deadline told when somebody waits for the upstream. */
function timed(reader: ReadableStreamDefaultReader<Uint8Array>, deadline: Deadline): PieceReader {
  return {
    read() {
      deadline.awaits()
      return reader.read()
    },
    cancel: (reason) => reader.cancel(reason),
  }
}

/**
 * Whether the upstream is let finish when the client leaves. Never a local node: its hardware is shared, and an
 * answer that nobody hears keeps others waiting. Nor where text is rewritten here, event by event.
 */
function finishes(call: Call, target: Target, options: Options): boolean {
  return (
    call.request.stream &&
    options.onHangUp === 'finish' &&
    target.tier === 'frontier' &&
    options.rewrite === null &&
    redactionFor(call, target.zone) === null
  )
}
