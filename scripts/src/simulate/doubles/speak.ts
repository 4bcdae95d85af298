/** An answer in OpenAI's words, whole or as a stream. */

import { hashOf } from '../draw.ts'
import { callText, type Step } from '../minds/mind.ts'
import type { Chat } from './chat.ts'
import { textTokens } from './tokens.ts'

export type Spoken = {
  readonly content: string | null
  readonly calls: readonly { readonly id: string; readonly name: string; readonly given: string }[]
  readonly outputTokens: number
}

export type SpokenUsage = {
  readonly promptTokens: number
  readonly cachedTokens: number
  readonly outputTokens: number
}

/** The id of a call follows from what is called and from its place. */
export function spokenStep(step: Step, place: number): Spoken {
  if (step.does === 'say') return spokenText(step.text)
  const given = JSON.stringify(step.call.given)
  const id = `call_${hashOf(`${place}/${callText(step.call)}`).toString(36)}`
  return {
    content: step.note ?? null,
    calls: [{ id, name: step.call.name, given }],
    outputTokens: textTokens(step.note ?? '') + textTokens(step.call.name + given) + 4,
  }
}

export function spokenText(text: string): Spoken {
  return { content: text, calls: [], outputTokens: textTokens(text) + 4 }
}

export function wholeAnswer(chat: Chat, spoken: Spoken, usage: SpokenUsage, extra: object): object {
  const message = {
    role: 'assistant',
    content: spoken.content,
    refusal: null,
    ...(spoken.calls.length === 0 ? {} : { tool_calls: spoken.calls.map(wireCall) }),
  }
  return {
    id: 'chatcmpl-double',
    object: 'chat.completion',
    created: 0,
    model: chat.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishOf(spoken) }],
    usage: wireUsage(usage),
    ...extra,
  }
}

/** The events of a stream, ready to be sent. */
export function streamedAnswer(chat: Chat, spoken: Spoken, usage: SpokenUsage, extra: object): string {
  const chunk = (choices: readonly object[], more: object = {}): string =>
    `data: ${JSON.stringify({ id: 'chatcmpl-double', object: 'chat.completion.chunk', created: 0, model: chat.model, choices, ...more })}\n\n`
  const delta = {
    role: 'assistant',
    content: spoken.content,
    ...(spoken.calls.length === 0
      ? {}
      : { tool_calls: spoken.calls.map((call, index) => ({ index, ...wireCall(call) })) }),
  }
  return [
    chunk([{ index: 0, delta, logprobs: null, finish_reason: null }]),
    chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: finishOf(spoken) }]),
    chunk([], { usage: wireUsage(usage), ...extra }),
    'data: [DONE]\n\n',
  ].join('')
}

function finishOf({ calls }: Spoken): string {
  return calls.length === 0 ? 'stop' : 'tool_calls'
}

function wireCall({ id, name, given }: Spoken['calls'][number]): object {
  return { id, type: 'function', function: { name, arguments: given } }
}

function wireUsage({ promptTokens, cachedTokens, outputTokens }: SpokenUsage): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: outputTokens,
    total_tokens: promptTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
  }
}
