/** Where an upstream is asked, in which words, and with which headers. */
import {
  type AnswerWhole,
  type BodyChange,
  type ChatRequest,
  embeddingBody,
  hopHeader,
  readAnswer,
  readEmbeddingAnswer,
  upstreamBody,
  withoutIgnored,
} from '@nearside/core'
import type { Upstream } from './options.ts'

export type Endpoint = {
  readonly url: string
  readonly speech: Speech
  /** What goes with every call there, made once: turning names and values into headers takes longer than deciding. */
  readonly headers: { readonly whole: Headers; readonly stream: Headers }
  readonly limitField: 'max_tokens' | 'max_completion_tokens'
  /** Null where the gateway's `fetch` carries calls. */
  readonly send: NonNullable<Upstream['send']> | null
}

/** What an endpoint is asked in, and how its whole answers are read. */
export type Speech = {
  body(request: ChatRequest, change: BodyChange): string
  answer(text: string): AnswerWhole
  /** A longer answer is an attack on our memory. */
  readonly mostBytes: number
}

export const chat: Speech = { body: upstreamBody, answer: readAnswer, mostBytes: 16 * 1024 * 1024 }

/** A server of the operator's own may be strict about fields that only a provider has a use for. */
export const localChat: Speech = {
  ...chat,
  body: (request, change) => upstreamBody({ ...request, body: withoutIgnored(request.body) }, change),
}

/** OpenAI's 2,048 inputs of 1,536 numbers in base64, twice over. */
export const embeddings: Speech = {
  body: (request, change) => embeddingBody(request.body, change.model),
  answer: readEmbeddingAnswer,
  mostBytes: 32 * 1024 * 1024,
}

export const localEmbeddings: Speech = {
  ...embeddings,
  body: (request, change) => embeddingBody(withoutIgnored(request.body), change.model),
}

/** As nearly every call needs them: of a caller that came straight here, without a trace. */
export function headersFor(key: string | undefined, accept: string): Headers {
  return new Headers({
    'content-type': 'application/json',
    accept,
    'accept-encoding': 'identity',
    [hopHeader]: '1',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  })
}
