/**
 * A model behind HTTP that speaks OpenAI's chat format: local nodes and frontier providers alike.
 *
 * It translates and nothing else: one call, one attempt, no retry. It comes back when the upstream has begun to
 * answer well, and throws when it has not. What is sent is built from nothing, so that no header of the caller's
 * reaches an upstream that is not named here; redirects are never followed, since they would carry the key and
 * the text to another origin.
 */
import {
  hopHeader,
  NearsideError,
  nodeRequestHeaders,
  type Privacy,
  readUpstreamError,
  requestHeaders,
  type Target,
} from '@nearside/core'
import { passGate } from '../gate/gate.ts'
import type { Endpoint } from '../options/resolve-options.ts'
import { readBounded } from './read-bounded.ts'

/** More of an error's text than this is of no use to anybody. */
const errorLimitBytes = 65_536

export type Upward = {
  readonly target: Target
  readonly endpoint: Endpoint
  readonly privacy: Privacy
  readonly body: string
  readonly stream: boolean
  readonly forwarded: { readonly hops: number; readonly trace: string | null }
  /** Of a node of the operator's own alone: within how long an answer is of use, how long it may stand in line, and whether anybody waits for it. */
  readonly urgency: {
    readonly waitMs: number | null
    readonly latencyMs: number | null
    readonly priority: string | null
  } | null
  /** Ends the call; left out where the platform ends it with the request. */
  readonly signal?: AbortSignal
  /** Sees the headers of every answer, good or bad: a node that refuses says how busy it is. */
  readonly onHeaders: (headers: Headers) => void
}

export async function askUpstream(ask: Upward, send: typeof fetch, now: () => number): Promise<Response> {
  passGate(ask.privacy, ask.target.zone)
  const response = await sendTo(ask, send)
  ask.onHeaders(response.headers)
  if (response.ok && response.status !== 204) {
    const type = response.headers.get('content-type') ?? ''
    if (/^(?:application\/json|text\/event-stream)\b/i.test(type)) return response
    discard(response)
    throw failed(ask.target, 'answered with something else than a chat answer', response.status, true)
  }
  if (response.ok || (response.status >= 300 && response.status < 400)) {
    discard(response)
    throw failed(
      ask.target,
      `answered with status ${response.status}, which no chat answer has`,
      response.status,
    )
  }

  const text = await readBounded(response, errorLimitBytes).catch(() => '')
  throw readUpstreamError(response.status, text, {
    retryAfter: response.headers.get('retry-after'),
    retryAfterMs: response.headers.get('retry-after-ms'),
    now: now(),
  })
}

async function sendTo(ask: Upward, byFetch: typeof fetch): Promise<Response> {
  const send = ask.endpoint.send ?? byFetch
  try {
    return await send(ask.endpoint.url, {
      method: 'POST',
      redirect: 'manual',
      headers: headersOf(ask),
      body: ask.body,
      signal: ask.signal ?? null,
    })
  } catch (error) {
    // Whoever aborted it knows why.
    if (ask.signal?.aborted === true) throw error
    // The cause stays inside: a fetch error may quote the address with what is in it.
    throw new NearsideError('tier-failed', `${ask.target.name} could not be reached.`, {
      cause: error,
      maybeBilled: !neverConnected(error),
    })
  }
}

function headersOf({ endpoint, stream, forwarded: { hops, trace }, urgency }: Upward): Headers {
  const ready = stream ? endpoint.headers.stream : endpoint.headers.whole
  if (hops === 1 && trace === null && urgency === null) return ready
  const headers = new Headers(ready)
  headers.set(hopHeader, String(hops))
  if (trace !== null) headers.set(requestHeaders.traceparent, trace)
  if (urgency === null) return headers
  const { waitMs, latencyMs, priority } = urgency
  if (waitMs !== null) headers.set(nodeRequestHeaders.waitMs, String(waitMs))
  if (latencyMs !== null) headers.set(nodeRequestHeaders.latencyMs, String(latencyMs))
  if (priority !== null) headers.set(nodeRequestHeaders.priority, priority)
  return headers
}

/**
 * Whether the call surely never arrived. The platforms say so in words of their own; whatever is not known to mean
 * this may have been sent, read and billed before the connection broke. Plain workerd has one message for both;
 * Cloudflare answers with a status (521 to 523) in place of a server that could not be reached.
 */
function neverConnected(error: unknown): boolean {
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : ''
  return (
    /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code) ||
    /refused|DNS/i.test(message)
  )
}

function failed(target: Target, what: string, upstreamStatus: number, maybeBilled = false): NearsideError {
  return new NearsideError('tier-failed', `${target.name} ${what}.`, { upstreamStatus, maybeBilled })
}

/** An unread body holds a connection, of which a Worker has six. */
function discard(response: Response): void {
  response.body?.cancel().catch(() => {})
}
