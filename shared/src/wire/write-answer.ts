/**
 * Writes an answer as the JSON text that OpenAI clients expect, whole or a chunk at a time.
 *
 * An event that still has its upstream's own text goes out as that text, so that fields which nobody here knows
 * survive; otherwise the text is written from the plain fields. `nearside`, where it is given, is the last
 * member of the object.
 */
import type {
  AnswerDelta,
  AnswerWhole,
  Choice,
  ChoiceDelta,
  TokenLogprob,
  ToolCallDelta,
} from '../chat/chat-event.ts'
import type { ToolCall } from '../chat/chat-request.ts'
import type { JsonObject, JsonValue } from '../chat/json.ts'
import type { Usage } from '../chat/usage.ts'
import { withNearside } from './nearside-member.ts'

export { withNearside } from './nearside-member.ts'

/** What an answer says of itself that no event holds. One stream has one envelope. */
export type Envelope = {
  readonly id: string
  readonly createdSeconds: number
  readonly model: string
  readonly systemFingerprint: string | null
}

export function writeAnswer(answer: AnswerWhole, envelope: Envelope, nearside: JsonObject | null): string {
  if (answer.wire !== null) return withNearside(answer.wire, nearside)
  return JSON.stringify({
    ...head('chat.completion', envelope),
    choices: answer.choices.map(choiceJson),
    ...(answer.usage === null ? {} : { usage: usageJson(answer.usage) }),
    ...(nearside === null ? {} : { nearside }),
  })
}

/**
 * One chunk of a stream. The first chunk of each choice carries the role: `chunkWriter` keeps count of that;
 * called alone, this writes a chunk that stands alone.
 */
export function writeChunk(
  delta: AnswerDelta,
  envelope: Envelope,
  nearside: JsonObject | null,
  isFirst: (choice: number) => boolean = () => true,
): string {
  if (delta.wire !== null) return withNearside(delta.wire, nearside)
  return JSON.stringify({
    ...head('chat.completion.chunk', envelope),
    choices: delta.choices.map((choice) => choiceDeltaJson(choice, isFirst(choice.index))),
    ...(delta.usage === null ? {} : { usage: usageJson(delta.usage) }),
    ...(nearside === null ? {} : { nearside }),
  })
}

export type ChunkWriter = (delta: AnswerDelta, nearside: JsonObject | null) => string

/** Writes the chunks of one stream, in their order. */
export function chunkWriter(envelope: Envelope): ChunkWriter {
  const begun = new Set<number>()
  return (delta, nearside) => {
    const text = writeChunk(delta, envelope, nearside, (choice) => !begun.has(choice))
    for (const { index } of delta.choices) begun.add(index)
    return text
  }
}

function head(object: string, envelope: Envelope): JsonObject {
  return {
    id: envelope.id,
    object,
    created: envelope.createdSeconds,
    model: envelope.model,
    ...(envelope.systemFingerprint === null ? {} : { system_fingerprint: envelope.systemFingerprint }),
  }
}

function choiceJson(choice: Choice): JsonObject {
  const calls = choice.toolCalls.length > 0
  return {
    index: choice.index,
    message: {
      role: 'assistant',
      // OpenAI says null, and not nothing, where a message only calls tools.
      content: calls && choice.text === '' ? null : choice.text,
      refusal: null,
      ...(calls ? { tool_calls: choice.toolCalls.map(toolCallJson) } : {}),
    },
    logprobs: logprobsJson(choice.logprobs),
    finish_reason: choice.finishReason,
  }
}

function choiceDeltaJson(choice: ChoiceDelta, first: boolean): JsonObject {
  const speaks = choice.text !== '' || (first && choice.toolCalls.length === 0)
  return {
    index: choice.index,
    delta: {
      ...(first ? { role: 'assistant' } : {}),
      ...(speaks ? { content: choice.text } : first ? { content: null } : {}),
      ...(first ? { refusal: null } : {}),
      ...(choice.toolCalls.length > 0 ? { tool_calls: choice.toolCalls.map(toolCallDeltaJson) } : {}),
    },
    logprobs: logprobsJson(choice.logprobs),
    finish_reason: choice.finishReason,
  }
}

function toolCallJson(call: ToolCall): JsonObject {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } }
}

function toolCallDeltaJson(call: ToolCallDelta): JsonObject {
  return {
    index: call.index,
    ...(call.id === null ? {} : { id: call.id, type: 'function' }),
    function: { ...(call.name === null ? {} : { name: call.name }), arguments: call.arguments },
  }
}

function logprobsJson(logprobs: readonly TokenLogprob[]): JsonValue {
  if (logprobs.length === 0) return null
  const content = logprobs.map((entry) => ({
    ...logprobJson(entry),
    top_logprobs: entry.top.map(logprobJson),
  }))
  return { content, refusal: null }
}

function logprobJson({ token, logprob }: { readonly token: string; readonly logprob: number }): JsonObject {
  return { token, logprob, bytes: null }
}

/** As OpenAI spells it. */
export function usageJson(usage: Usage): JsonObject {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.promptTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  }
}
