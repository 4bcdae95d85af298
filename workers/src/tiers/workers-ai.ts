/**
 * Cloudflare's Workers AI as an upstream: a small model at the POP, reached by a binding and not by an address.
 *
 * The binding takes nearly what OpenAI's chat takes and answers in words of its own (`response`, a stream of `response` pieces),
 * newer models in OpenAI's. Both become OpenAI's here, so that everything behind the port stays as it is: prices, caps, the gate,
 * breakers. Its zone is Cloudflare's, and a price must be named: unknown is not free.
 */
import { type SseMessage, sseDone, sseReader, writeSse } from '@nearside/core'
import type { ModelOffer, Upstream } from '../options/options.ts'

/** What is used of the platform's `Ai`. */
export type WorkersAiBinding = {
  run(
    model: string,
    inputs: Readonly<Record<string, unknown>>,
    options: { readonly signal?: AbortSignal },
  ): Promise<unknown>
}

export type WorkersAiOptions = {
  /** The first is what the router chooses. Cloudflare's prices stand in neurons; say them in nano-dollars a token, or `free`. */
  readonly models: readonly (ModelOffer & { readonly price: NonNullable<ModelOffer['price']> })[]
  /** Shown in headers and records. @default 'workers-ai' */
  readonly name?: string
}

/**
 * @example
 * nearside((c) => ({ …, local: workersAi(c.env.AI, { models: [{ model: '@cf/meta/llama-3.2-3b-instruct', price }] }) }))
 */
export function workersAi(
  binding: WorkersAiBinding,
  { models, name = 'workers-ai' }: WorkersAiOptions,
): Upstream {
  return {
    name,
    // Nothing is ever sent there: the name only stands where others have an address.
    url: 'https://workers-ai.invalid/v1',
    zone: 'provider:cloudflare',
    limitField: 'max_tokens',
    models,
    send: (_, init) => askBinding(binding, init),
  }
}

type Asked = Readonly<Record<string, unknown>>

async function askBinding(binding: WorkersAiBinding, init: RequestInit | undefined): Promise<Response> {
  const { model, stream_options: _, ...inputs } = JSON.parse(String(init?.body)) as Asked
  const named = String(model)
  let answer: unknown
  try {
    answer = await binding.run(named, inputs, init?.signal ? { signal: init.signal } : {})
  } catch (cause) {
    if (init?.signal?.aborted === true) throw cause
    return refusal(cause)
  }
  if (answer instanceof ReadableStream) {
    const spoken = (answer as ReadableStream<Uint8Array>).pipeThrough(inOpenAiWords(named, inputs))
    return new Response(spoken, { headers: { 'content-type': 'text/event-stream' } })
  }
  return Response.json(wholeAnswer(answer, named, inputs))
}

/** The binding throws with a number of Cloudflare's in its message, which may quote the request and is not passed on. */
function refusal(cause: unknown): Response {
  const said = cause instanceof Error ? cause.message : ''
  const [status, message] = /\b(?:3040|3036|429)\b|capacity|rate limit/i.test(said)
    ? [429, 'Workers AI has no capacity for this model now.']
    : /\b(?:5007|3041|404)\b|no such model/i.test(said)
      ? [404, 'Workers AI has no such model.']
      : /\b(?:3003|5004|5006|400)\b|required properties|bad input/i.test(said)
        ? [400, 'Workers AI does not take this request.']
        : [502, 'Workers AI failed.']
  const error = { message, type: 'upstream_error', param: null, code: null }
  return Response.json({ error }, { status: status as number })
}

type Native = {
  readonly response?: unknown
  readonly tool_calls?: readonly { readonly name?: unknown; readonly arguments?: unknown }[]
  readonly usage?: { readonly completion_tokens?: unknown }
}

function wholeAnswer(answer: unknown, model: string, inputs: Asked): unknown {
  if (typeof answer !== 'object' || answer === null || 'choices' in answer) return answer
  const native = answer as Native
  const toolCalls = callsOf(native)
  const message = {
    role: 'assistant',
    content: textOf(native.response),
    ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
  }
  return {
    ...envelope(model, 'chat.completion'),
    choices: [
      {
        index: 0,
        message,
        logprobs: null,
        finish_reason: finishOf(native.usage, toolCalls.length, inputs),
      },
    ],
    ...(native.usage === undefined ? {} : { usage: native.usage }),
  }
}

/** It does not say why it ended: whoever used up all that was allowed was cut off. */
function finishOf(usage: Native['usage'], calls: number, { max_tokens: limit }: Asked): string {
  if (calls > 0) return 'tool_calls'
  const used = usage?.completion_tokens
  if (typeof used !== 'number') return 'stop'
  return (typeof limit === 'number' ? used >= limit : used === unaskedLimit) ? 'length' : 'stop'
}

/** What the binding allows most models where nobody says how much. */
const unaskedLimit = 256

/** With a JSON format some models give the object itself. */
function textOf(response: unknown): string {
  return typeof response === 'string' ? response : response == null ? '' : JSON.stringify(response)
}

function callsOf({ tool_calls: calls = [] }: Native) {
  return calls.map(({ name, arguments: given }) => ({
    id: `call_${crypto.randomUUID().replaceAll('-', '')}`,
    type: 'function',
    function: {
      name: String(name),
      arguments: typeof given === 'string' ? given : JSON.stringify(given ?? {}),
    },
  }))
}

function envelope(model: string, object: string) {
  return { id: `chatcmpl-${crypto.randomUUID()}`, object, created: Math.floor(Date.now() / 1_000), model }
}

/** Each piece as a chunk; a stream that already speaks so passes as it is. */
function inOpenAiWords(model: string, inputs: Asked): TransformStream<Uint8Array, Uint8Array> {
  const reader = sseReader()
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  const common = envelope(model, 'chat.completion.chunk')
  let begun = false
  let calls = 0
  let usage: Native['usage']
  let ended = false

  function chunk(delta: Asked, finish: string | null, used?: Native['usage']): string {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }]
    return writeSse(JSON.stringify({ ...common, choices, ...(used === undefined ? {} : { usage: used }) }))
  }

  function told({ data }: SseMessage): string {
    if (data === '[DONE]') {
      const last = ended ? '' : chunk({}, finishOf(usage, calls, inputs))
      ended = true
      return last + sseDone
    }
    const piece = JSON.parse(data) as Native & { choices?: readonly { finish_reason?: unknown }[] }
    if (piece.choices !== undefined) {
      if (piece.choices.some(({ finish_reason }) => finish_reason != null)) ended = true
      return writeSse(data)
    }
    usage = piece.usage ?? usage
    const role = begun ? {} : { role: 'assistant' }
    begun = true
    const toolCalls = callsOf(piece).map((call) => ({ index: calls++, ...call }))
    const delta = {
      ...role,
      content: textOf(piece.response),
      ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
    }
    return chunk(delta, null, piece.usage)
  }

  return new TransformStream({
    transform(bytes, controller) {
      const text = reader
        .push(decoder.decode(bytes, { stream: true }))
        .map(told)
        .join('')
      if (text !== '') controller.enqueue(encoder.encode(text))
    },
    flush(controller) {
      const text = reader.end().map(told).join('')
      if (text !== '') controller.enqueue(encoder.encode(text))
    },
  })
}
