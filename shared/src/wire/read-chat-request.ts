/**
 * Reads the body of a chat request into what the inside knows of it, or says which field is wrong and what
 * would be right. The value in that field is never repeated: it is somebody's prompt.
 */
import * as v from 'valibot'
import type { ChatMessage, ChatRequest, ToolCall } from '../chat/chat-request.ts'
import type { JsonObject, JsonValue } from '../chat/json.ts'
import { NearsideError } from '../fault/nearside-error.ts'
import { chatSchema } from './chat-schema.ts'
import type { WireMessage, WirePart, WireRequest } from './wire-request.ts'

export { requestLimits } from './request-limits.ts'

export function readChatRequest(body: JsonValue): ChatRequest {
  const result = v.safeParse(chatSchema, body, { abortEarly: true, abortPipeEarly: true })
  if (!result.success) throw refusal(result.issues[0])
  const request = result.output
  refuseContradictions(request)

  return {
    model: request.model,
    messages: request.messages.map(readMessage),
    stream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    outputLimit: request.max_completion_tokens ?? request.max_tokens ?? null,
    answers: request.n ?? 1,
    tools: (request.tools?.length ?? 0) + (request.functions?.length ?? 0),
    responseFormat: request.response_format?.type ?? 'text',
    sampling: {
      temperature: request.temperature ?? null,
      topP: request.top_p ?? null,
      seed: request.seed ?? null,
      frequencyPenalty: request.frequency_penalty ?? null,
      presencePenalty: request.presence_penalty ?? null,
      stop: readStop(request.stop),
      logprobs: request.logprobs ?? false,
      topLogprobs: request.top_logprobs ?? 0,
    },
    // The schema has seen that it is an object.
    body: body as JsonObject,
  }
}

/** What is wrong only because of another field. */
function refuseContradictions(request: WireRequest): void {
  if (request.stream_options != null && request.stream !== true) {
    throw wrong('stream_options', 'left out unless stream is true')
  }
  if ((request.top_logprobs ?? 0) > 0 && request.logprobs !== true) {
    throw wrong('top_logprobs', 'left out unless logprobs is true')
  }
  for (const [index, message] of request.messages.entries()) {
    const speaks = message.content != null || message.refusal != null || message.audio != null
    const calls = message.tool_calls != null || message.function_call != null
    if (message.role === 'assistant' && !speaks && !calls) {
      throw wrong(
        `messages[${index}].content`,
        'a string or a list of content parts, unless the message calls tools',
      )
    }
  }
}

function readMessage(message: WireMessage): ChatMessage {
  const parts: readonly WirePart[] =
    typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : (message.content ?? [])
  const texts = parts.flatMap((part) => part.text ?? part.refusal ?? [])
  if (message.refusal != null) texts.push(message.refusal)

  return {
    role: message.role,
    text: texts.join('\n'),
    images: parts.filter((part) => !partsWithoutSight.has(part.type)).length,
    audio: parts.filter((part) => part.type === 'input_audio').length,
    toolCalls: readToolCalls(message),
    toolCallId: message.tool_call_id ?? null,
  }
}

// A file, or a part of a kind unknown here, may hold pictures, and no model that reads text alone can take it.
const partsWithoutSight = new Set(['text', 'refusal', 'input_audio'])

function readToolCalls(message: WireMessage): readonly ToolCall[] {
  const calls = (message.tool_calls ?? []).map((call) => ({
    id: call.id,
    name: call.function?.name ?? call.custom?.name ?? '',
    arguments: call.function?.arguments ?? call.custom?.input ?? '',
  }))
  // The older form has one call and no id.
  return message.function_call == null
    ? calls
    : [...calls, { id: '', name: message.function_call.name, arguments: message.function_call.arguments }]
}

/** An empty stop sequence, taken at its word, would end every answer before it begins. */
function readStop(stop: WireRequest['stop']): readonly string[] {
  return [stop ?? []].flat().filter((sequence) => sequence !== '')
}

function refusal(issue: v.BaseIssue<unknown>): NearsideError {
  if (issue.path === undefined) {
    return new NearsideError('bad-request', 'The body must be a JSON object with model and messages.')
  }
  const path = issue.path
    .map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
  return wrong(path.slice(1), issue.message)
}

function wrong(param: string, wanted: string): NearsideError {
  return new NearsideError('bad-request', `${param} must be ${wanted}.`, { param })
}
