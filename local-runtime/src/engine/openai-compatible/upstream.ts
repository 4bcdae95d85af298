/**
 * One server that speaks OpenAI's format. Every call is bounded: in time until it answers, in time between two pieces, in size.
 * Redirects are not followed, for they would carry the key and the text to another origin.
 */
import { NearsideError, readUpstreamError } from '@nearside/core'

export type UpstreamOptions = {
  /** The address up to and with `/v1`. */
  readonly url: string
  readonly secret: string | null
  /** How long the server may take until it begins to answer: it reads the prompt meanwhile. */
  readonly firstByteMs: number
  /** How long it may be silent within an answer. */
  readonly silenceMs: number
  readonly fetch: typeof fetch
}

export type Upstream = {
  /** A whole answer as text. */
  ask(
    path: string,
    body: object | null,
    signal: AbortSignal,
  ): Promise<{ readonly text: string; readonly headers: Headers }>
  /** The pieces of an answer as they come. */
  stream(path: string, body: object, signal: AbortSignal): AsyncGenerator<string>
}

/** OpenAI's word for it, and llama-server's. */
const tooLongCodes: ReadonlySet<string> = new Set(['context_length_exceeded', 'exceed_context_size_error'])

const mostAnswerChars = 16 * 2 ** 20
const mostErrorChars = 65_536

export function upstream(options: UpstreamOptions): Upstream {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (options.secret !== null) headers.authorization = `Bearer ${options.secret}`

  async function begun(path: string, body: object | null, signal: AbortSignal): Promise<Response> {
    let response: Response
    try {
      response = await options.fetch(`${options.url}${path}`, {
        method: body === null ? 'GET' : 'POST',
        headers,
        redirect: 'manual',
        body: body === null ? null : JSON.stringify(body),
        signal,
      })
    } catch (cause) {
      if (signal.aborted) throw signal.reason
      throw new NearsideError('tier-failed', 'The server behind this one could not be reached.', { cause })
    }
    if (response.status === 200) return response
    if (response.status < 400) {
      await response.body?.cancel()
      const what = `The server behind this one answered with status ${response.status}, which no answer has.`
      throw new NearsideError('tier-failed', what)
    }
    const text = await bounded(response, mostErrorChars).catch(() => '')
    const fault = readUpstreamError(response.status, text, {
      retryAfter: response.headers.get('retry-after'),
      retryAfterMs: response.headers.get('retry-after-ms'),
      now: Date.now(),
    })
    if (!tooLongCodes.has(fault.upstreamCode ?? '')) throw fault
    const what = 'The conversation is longer than the model takes together with its answer; shorten it.'
    throw new NearsideError('context-too-long', what, { param: 'messages' })
  }

  return {
    async ask(path, body, signal) {
      const deadline = startDeadline(signal, options.firstByteMs)
      try {
        const response = await begun(path, body, deadline.signal)
        return { text: await bounded(response, mostAnswerChars), headers: response.headers }
      } catch (error) {
        throw reasonOf(error, deadline.signal)
      } finally {
        deadline.stop()
      }
    },

    async *stream(path, body, signal) {
      const deadline = startDeadline(signal, options.firstByteMs)
      try {
        const response = await begun(path, body, deadline.signal)
        for await (const piece of pieces(response, mostAnswerChars)) {
          deadline.extend(options.silenceMs)
          yield piece
        }
      } catch (error) {
        throw reasonOf(error, deadline.signal)
      } finally {
        deadline.stop()
      }
    },
  }
}

type Deadline = { readonly signal: AbortSignal; extend(durationMs: number): void; stop(): void }

function startDeadline(outer: AbortSignal, durationMs: number): Deadline {
  const controller = new AbortController()
  const onOuter = (): void => controller.abort(outer.reason)
  outer.addEventListener('abort', onOuter)
  if (outer.aborted) onOuter()
  let timer = setTimeout(late, durationMs)
  function late(): void {
    controller.abort(new NearsideError('tier-failed', 'The server behind this one fell silent.'))
  }
  return {
    signal: controller.signal,
    extend(durationMs) {
      clearTimeout(timer)
      timer = setTimeout(late, durationMs)
    },
    stop() {
      clearTimeout(timer)
      outer.removeEventListener('abort', onOuter)
      // Ends what is still open, so that a server whose reader has left stops working.
      controller.abort()
    },
  }
}

function reasonOf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  if (error instanceof NearsideError) return error
  return new NearsideError('tier-failed', 'The server behind this one broke off.', { cause: error })
}

async function bounded(response: Response, mostChars: number): Promise<string> {
  let text = ''
  for await (const piece of pieces(response, mostChars)) text += piece
  return text
}

async function* pieces(response: Response, mostChars: number): AsyncGenerator<string> {
  if (response.body === null) return
  const decoder = new TextDecoder()
  let chars = 0
  for await (const bytes of response.body as AsyncIterable<Uint8Array>) {
    const piece = decoder.decode(bytes, { stream: true })
    chars += piece.length
    if (chars > mostChars) throw new NearsideError('tier-failed', 'The server behind this one says too much.')
    yield piece
  }
}
