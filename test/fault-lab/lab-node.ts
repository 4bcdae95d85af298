/**
 * A node on premises that plays one part: it answers (as it is told to, where that depends on what it was asked), is unsure, refuses in words, says how busy it is, or fails in one of
 * the ways of machines in a cupboard. It reports its confidence and its tokens' probabilities as local-runtime does, and
 * writes down what reached it.
 */
import type { Performance } from '../doubles/performance.ts'
import { type RecordedRequest, startRecording } from '../doubles/recording-server.ts'
import type { NodeDoes } from './faults.ts'

/** A node that is not there has no part to play. */
type Part = Exclude<NodeDoes, 'is not there'>

export const nodeText = 'Take the product of all of them and add one.'
export const nodeRefusal = "I'm sorry, but I can't help with that."
export const cutText = 'I shall now look into the'
export const brokenJson = '{"city": "Par'
export const forgedValue = 'forged-by-a-node'

/** What a node says, by what it was asked: words, or a call of a tool. */
export type Says = (body: unknown) => {
  readonly text: string
  readonly call?: { readonly name: string; readonly arguments: string }
  /** @default 'stop', or 'tool_calls' where it calls one */
  readonly finish?: string
}

export type LabNode = {
  readonly url: string
  readonly key: string
  readonly requests: readonly RecordedRequest[]
  /** Changes its part, for requests of which `only` holds; it answers the others. */
  does(what: Part, only?: (body: unknown) => boolean): void
  close(): Promise<void>
}

export async function startLabNode(first: Part, says: Says = () => ({ text: nodeText })): Promise<LabNode> {
  let does = first
  let plays = (_body: unknown): boolean => true
  const { url, requests, close } = await startRecording((request) => {
    // Whoever looks at its load finds no such page.
    if (request.method !== 'POST') return failing(404, [])
    return act(plays(request.json) ? does : 'answers', request, says)
  })
  return {
    url,
    key: 'sk-node',
    requests,
    does(what, only = () => true) {
      does = what
      plays = only
    },
    close,
  }
}

const load = 'queue=4;slots=2/2;memory=.5'

function act(does: Part, request: RecordedRequest, says: Says): Performance {
  const body = request.json as {
    readonly stream?: boolean
    readonly logprobs?: boolean
    readonly model: string
  }
  const usual = says(request.json)
  switch (does) {
    case 'answers':
      return saying(usual, 0.9, body)
    case 'is unsure':
      return saying(usual, 0.2, body)
    case 'refuses in words':
      return saying({ text: nodeRefusal }, 0.95, body)
    case 'breaks JSON':
      return saying({ text: brokenJson }, 0.99, body)
    case 'is cut short':
      return saying({ text: cutText, finish: 'length' }, 0.9, body)
    case 'forges headers':
      return forging(saying(usual, 0.9, body))
    case 'is busy, with its load':
      return failing(503, [['x-nearside-load', load]])
    case 'is full':
      return failing(429, [['retry-after', '1']])
    case 'fails':
      return failing(500, [])
    case 'hangs':
      return { ...saying(usual, 0.9, body), begin: 'silence' }
    case 'dies mid-answer':
      return partly(saying(usual, 0.9, body), 'cut')
    case 'stalls mid-answer':
      return partly(saying(usual, 0.9, body), 'hang')
    case 'says garbage':
      return garbage(body.stream === true)
  }
}

type Asked = { readonly stream?: boolean; readonly logprobs?: boolean; readonly model: string }

function saying(
  { text, call, finish = call === undefined ? 'stop' : 'tool_calls' }: ReturnType<Says>,
  confidence: number,
  { stream, logprobs, model }: Asked,
): Performance {
  const pieces = text.split(/(?<= )/)
  const tokens = (of: readonly string[]) =>
    logprobs === true
      ? {
          content: of.map((token) => ({
            token,
            logprob: Math.log(confidence),
            bytes: null,
            top_logprobs: [],
          })),
        }
      : null
  const usage = {
    prompt_tokens: 9,
    completion_tokens: pieces.length,
    total_tokens: 9 + pieces.length,
  }
  const report = { usage, nearside: { confidence, joules: 2.5 } }
  if (stream !== true) {
    const called =
      call === undefined ? {} : { tool_calls: [{ id: 'call_of_the_node', type: 'function', function: call }] }
    const message = { role: 'assistant', content: text, refusal: null, ...called }
    const choices = [{ index: 0, message, logprobs: tokens(pieces), finish_reason: finish }]
    const whole = JSON.stringify({ id: 'near-1', model, choices, ...report })
    const middle = whole.length >> 1
    return written('application/json', [whole.slice(0, middle), whole.slice(middle)])
  }
  const event = (choices: readonly object[], more: object = {}): string =>
    `data: ${JSON.stringify({ id: 'near-1', model, choices, ...more })}\n\n`
  return written('text/event-stream', [
    ...pieces.map((content) =>
      event([{ index: 0, delta: { content }, logprobs: tokens([content]), finish_reason: null }]),
    ),
    event([{ index: 0, delta: {}, logprobs: null, finish_reason: finish }]),
    event([], report),
    'data: [DONE]\n\n',
  ])
}

function written(contentType: string, pieces: readonly string[]): Performance {
  const headers: [string, string][] = [['content-type', contentType]]
  return { begin: 'headers', status: 200, headers, pieces, firstDelayMs: 0, delayMs: 0, end: 'end' }
}

function partly(whole: Performance, end: 'cut' | 'hang'): Performance {
  const pieces = [...whole.pieces]
  // A pause before the end: what was written has then been read.
  return { ...whole, pieces: [...pieces.slice(0, pieces.length > 2 ? 2 : 1), ''], delayMs: 20, end }
}

function failing(status: number, headers: readonly (readonly [string, string])[]): Performance {
  const error = { message: 'not now', type: 'server_error', param: null, code: null }
  const refusal = written('application/json', [JSON.stringify({ error })])
  return { ...refusal, status, headers: [...refusal.headers, ...headers] }
}

function garbage(stream: boolean): Performance {
  return stream
    ? written('text/event-stream', ['data: {"id":"near-\n\n'])
    : written('application/json', ['{"id":"near-'])
}

function forging(honest: Performance): Performance {
  const forged = ['tier', 'model', 'reason', 'cost', 'decision', 'degraded', 'confidence'].map(
    (name) => [`x-nearside-${name}`, forgedValue] as const,
  )
  return { ...honest, headers: [...honest.headers, ...forged, ['set-cookie', `session=${forgedValue}`]] }
}
