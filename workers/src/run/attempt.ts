/**
 * One attempt at one upstream: asks, and comes back when the answer has begun.
 *
 * Until then a failure is the caller's business (ask again, or ask another); from then on the answer belongs to the
 * client. A whole answer has begun when it is complete, for which it has all the time there is: how long it takes says
 * how long it is. A relayed stream has begun with its first event, a native one with its headers, since nobody here
 * reads it.
 */
import {
  type AnswerWhole,
  NearsideError,
  type NodeLoad,
  nodeHeaders,
  readAnswer,
  readLoad,
  type Target,
  upstreamBody,
} from '@nearside/core'
import type { Call } from '../call/call.ts'
import type { Options } from '../options/resolve-options.ts'
import { askUpstream } from '../tiers/openai-compatible.ts'
import { readBounded } from '../tiers/read-bounded.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { untilFirstEvent } from './first-event.ts'

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

/** An answer of text is far below this; what is larger is an attack on our memory. */
const mostAnswerBytes = 16 * 1024 * 1024

export async function attempt(
  call: Call,
  target: Target,
  endsAt: number,
  options: Options,
  hearLoad: (load: NodeLoad) => void,
): Promise<Begun> {
  const endpoint = options.endpoints.get(target.name)
  if (endpoint === undefined) throw new NearsideError('tier-failed', `${target.name} has no address.`)
  const { request } = call
  if (call.clientGone.aborted)
    throw new NearsideError('client-gone', 'The client left before anything was sent.')
  const finish = finishes(call, target, options)
  const firstTokenMs = request.stream ? options.deadlines.firstTokenMs : null
  const deadline = startDeadline({ firstTokenMs, endsAt }, call.alarm, options.now)
  if (!finish) abortWhenGone(call.clientGone, deadline)

  let answered = false
  try {
    const response = await askUpstream(
      {
        target,
        endpoint,
        privacy: call.wishes.privacy,
        body: upstreamBody(request, {
          model: target.model,
          includeUsage: true,
          limitField: endpoint.limitField,
          ...heldLimit(call, target, options),
        }),
        stream: request.stream,
        forwarded: call.forwarded,
        signal: deadline.signal,
        onHeaders(headers) {
          const load = target.tier === 'local' ? readLoad(headers.get(nodeHeaders.load) ?? '') : null
          if (load !== null) hearLoad(load)
        },
      },
      options.fetch,
      options.now,
    )
    answered = true
    const isStream = request.stream && /^text\/event-stream/i.test(response.headers.get('content-type') ?? '')
    if (!isStream || response.body === null) {
      deadline.begun(null)
      const answer = readAnswer(await readBounded(response, mostAnswerBytes))
      deadline.clear()
      return { kind: 'whole', answer }
    }
    if (finish) {
      deadline.begun(null)
      return { kind: 'native', body: response.body, deadline }
    }
    const reader = response.body.getReader()
    const first = await untilFirstEvent(reader)
    deadline.heard()
    deadline.begun(options.deadlines.idleMs)
    return { kind: 'read', reader: timed(reader, deadline), first, deadline }
  } catch (error) {
    const expired = deadline.signal.aborted
    deadline.abort(new NearsideError('tier-failed', 'The attempt is over.'))
    // What the platform makes of an aborted read is its own; why it was aborted is ours.
    if (expired) throw deadline.signal.reason
    if (!answered) throw error
    throw new NearsideError('tier-failed', `${target.name} broke off its answer or sent something else.`, {
      cause: error,
      maybeBilled: true,
    })
  }
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

/** What was set aside must hold: where a cap counts, the upstream gets the limit it was reserved with, where it reads it. */
function heldLimit(
  { request }: Call,
  { price }: Target,
  { budgets, policy }: Options,
): { outputLimit?: number } {
  return budgets === null || price === null ? {} : { outputLimit: request.outputLimit ?? policy.outputTokens }
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
    options.rewrite === null
  )
}
