/**
 * What upstreams answer, written down by hand in the shape that they publish: each with the day on which it was written
 * and whose shape it has. None was captured from a live call. Fields that clients stumble over, being null or new, are
 * there as well.
 */
export type Recording = {
  /** The day it was written down, and whose shape it has; `slow` where it is to come slowly. */
  readonly seen: string
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** A JSON value, or the events of a stream. */
  readonly body?: unknown
  readonly events?: readonly unknown[]
}

const usage = {
  prompt_tokens: 19,
  completion_tokens: 10,
  total_tokens: 29,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
}

const common = {
  created: 1_763_683_200,
  model: 'gpt-4.1-2025-04-14',
  service_tier: 'default',
  system_fingerprint: 'fp_44added55e',
}

const published = "2026-11-21, the shape of OpenAI's chat completions"

type Json = Record<string, unknown>

export function whole(message: Json, choice: Json = {}, top: Json = {}): Recording {
  return {
    seen: published,
    status: 200,
    body: {
      id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
      object: 'chat.completion',
      ...common,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: null, refusal: null, annotations: [], ...message },
          logprobs: null,
          finish_reason: 'stop',
          ...choice,
        },
      ],
      usage,
      ...top,
    },
  }
}

export function streamed(deltas: readonly Json[], finish = 'stop'): Recording {
  const chunk = (choices: readonly Json[], used: Json | null): Json => ({
    id: 'chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG',
    object: 'chat.completion.chunk',
    ...common,
    choices,
    usage: used,
    obfuscation: 'k7Qz',
  })
  const choice = (delta: Json, finish_reason: string | null): Json => ({
    index: 0,
    delta,
    logprobs: null,
    finish_reason,
  })
  return {
    seen: `${published}, streaming, with include_usage`,
    status: 200,
    events: [
      chunk([choice({ role: 'assistant', content: '', refusal: null }, null)], null),
      ...deltas.map((delta) => chunk([choice(delta, null)], null)),
      chunk([choice({}, finish)], null),
      chunk([], usage),
    ],
  }
}

export function refused(status: number, error: Json, headers: Record<string, string> = {}): Recording {
  return { seen: "2026-11-21, the shape of OpenAI's errors", status, body: { error }, headers }
}

export const hello: Recording = whole({ content: 'Hello! How can I assist you today?' })

export const helloStreamed: Recording = streamed(
  ['Hello', '!', ' How', ' can', ' I', ' assist', ' you', ' today', '?'].map((content) => ({ content })),
)

const call = (id: string, city: string): Json => ({
  id,
  type: 'function',
  function: { name: 'get_weather', arguments: JSON.stringify({ city }) },
})

export const twoCalls: Recording = whole(
  { tool_calls: [call('call_paris', 'Paris'), call('call_rome', 'Rome')] },
  { finish_reason: 'tool_calls' },
)

/** Two calls whose arguments come in pieces, the second after the first, as the published streams do it. */
export const twoCallsStreamed: Recording = streamed(
  [
    { tool_calls: [{ ...called('call_paris'), index: 0 }] },
    { tool_calls: [{ index: 0, function: { arguments: '{"city"' } }] },
    { tool_calls: [{ index: 0, function: { arguments: ':"Paris"}' } }] },
    { tool_calls: [{ ...called('call_rome'), index: 1 }] },
    { tool_calls: [{ index: 1, function: { arguments: '{"city":"Ro' } }] },
    { tool_calls: [{ index: 1, function: { arguments: 'me"}' } }] },
  ],
  'tool_calls',
)

function called(id: string): Json {
  return { id, type: 'function', function: { name: 'get_weather', arguments: '' } }
}

export const event: Recording = whole({
  content: '{"name":"Science fair","day":"Friday","people":["Alice","Bob"]}',
})

export const eventStreamed: Recording = streamed([
  { content: '{"name":"Science fair",' },
  { content: '"day":"Friday","people":["Alice",' },
  { content: '"Bob"]}' },
])

export const declined: Recording = whole({ refusal: "I'm sorry, I cannot assist with that request." })

export const declinedStreamed: Recording = streamed([{ refusal: "I'm sorry, " }, { refusal: 'I cannot.' }])

/** `reasoning_content` as DeepSeek and vLLM name it. */
export const reasoned: Recording = {
  ...whole({ content: '9.8 is larger.', reasoning_content: 'Compare 9.80 with 9.11.' }),
  seen: "2026-11-21, the shape of DeepSeek's and vLLM's reasoning",
}

export const reasonedStreamed: Recording = {
  ...streamed([
    { reasoning_content: 'Compare 9.80' },
    { reasoning_content: ' with 9.11.' },
    { content: '9.8' },
  ]),
  seen: "2026-11-21, the shape of DeepSeek's and vLLM's reasoning, streaming",
}

const token = { token: 'Hello', logprob: -0.31725305, bytes: [72, 101, 108, 108, 111] }

export const withLogprobs: Recording = whole(
  { content: 'Hello' },
  {
    logprobs: {
      content: [{ ...token, top_logprobs: [token, { token: 'Hi', logprob: -1.3190403, bytes: [72, 105] }] }],
      refusal: null,
    },
  },
)

export const twoChoices: Recording = whole(
  { content: 'Heads' },
  {},
  {
    choices: ['Heads', 'Tails'].map((content, index) => ({
      index,
      message: { role: 'assistant', content, refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: 'stop',
    })),
  },
)

export const spoken: Recording = whole({
  audio: { id: 'audio_6753', data: 'UklGRg==', expires_at: 1_763_690_000, transcript: 'Yes.' },
})

export const cutByLength: Recording = whole({ content: 'Once upon' }, { finish_reason: 'length' })
export const filtered: Recording = whole({ content: '' }, { finish_reason: 'content_filter' })
