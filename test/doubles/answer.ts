/**
 * What a frontier says: OpenAI's own JSON for an answer, whole or in chunks, for a list of models and for an
 * error.
 *
 * The shapes were taken field for field from OpenAI's published examples, with what clients tend to forget:
 * `usage: null` on each chunk once usage is asked for, a usage chunk without choices, `refusal` and `logprobs`
 * that are null, fields that only newer clients know (`annotations`, `obfuscation`), and indented JSON.
 */

export type Usage = {
  readonly promptTokens: number
  readonly outputTokens: number
  readonly cachedTokens?: number
  readonly reasoningTokens?: number
}

export type ToolCall = {
  readonly id: string
  readonly name: string
  /** The arguments in the pieces in which they are streamed. */
  readonly pieces: readonly string[]
}

export type Answer = {
  readonly id: string
  readonly created: number
  readonly model: string
  /** The text in the pieces in which it is streamed. */
  readonly pieces: readonly string[]
  readonly toolCalls: readonly ToolCall[]
  readonly choices: number
  readonly finishReason: string
  /** What the answer says it used; null leaves `usage` out. */
  readonly usage: Usage | null
}

export const defaultAnswer: Answer = {
  id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
  created: 1_741_569_952,
  model: 'gpt-4.1-2025-04-14',
  pieces: ['The', ' capital', ' of', ' France', ' is', ' Paris', '.'],
  toolCalls: [],
  choices: 1,
  finishReason: 'stop',
  usage: { promptTokens: 19, outputTokens: 8 },
}

export const weatherCall: ToolCall = {
  id: 'call_DdmO9pD3xa9XTPNJ32zg2hcA',
  name: 'get_weather',
  pieces: ['{"', 'location', '":"', 'Paris', ', ', 'France', '"}'],
}

type Json = Record<string, unknown>

export function usageJson(usage: Usage): Json {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.promptTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens ?? 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens ?? 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

export function completion(answer: Answer): Json {
  const message = {
    role: 'assistant',
    content: answer.toolCalls.length > 0 ? null : answer.pieces.join(''),
    ...(answer.toolCalls.length > 0 && { tool_calls: answer.toolCalls.map(toolCallJson) }),
    refusal: null,
    annotations: [],
  }
  return {
    id: answer.id,
    object: 'chat.completion',
    created: answer.created,
    model: answer.model,
    choices: indices(answer).map((index) => ({
      index,
      message,
      logprobs: null,
      finish_reason: finishReason(answer),
    })),
    ...(answer.usage && { usage: usageJson(answer.usage) }),
    service_tier: 'default',
    system_fingerprint: 'fp_44added55e',
  }
}

/** The chunks of a streamed answer, the usage chunk included when it was asked for. */
export function chunks(answer: Answer, includeUsage: boolean): Json[] {
  const chunk = (choices: readonly Json[], usage: Json | null): Json => ({
    id: answer.id,
    object: 'chat.completion.chunk',
    created: answer.created,
    model: answer.model,
    service_tier: 'default',
    system_fingerprint: 'fp_44added55e',
    choices,
    ...(includeUsage && { usage }),
    obfuscation: 'k7Qz',
  })
  const say = (delta: Json, reason: string | null = null): Json[] =>
    indices(answer).map((index) => chunk([{ index, delta, logprobs: null, finish_reason: reason }], null))

  return [
    ...say({ role: 'assistant', content: answer.toolCalls.length > 0 ? null : '', refusal: null }),
    ...(answer.toolCalls.length > 0
      ? toolCallDeltas(answer.toolCalls).flatMap((delta) => say(delta))
      : answer.pieces.flatMap((content) => say({ content }))),
    ...say({}, finishReason(answer)),
    ...(includeUsage && answer.usage ? [chunk([], usageJson(answer.usage))] : []),
  ]
}

function toolCallDeltas(toolCalls: readonly ToolCall[]): Json[] {
  return toolCalls.flatMap((call, index) => [
    {
      tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }],
    },
    ...call.pieces.map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ])
}

function toolCallJson(call: ToolCall): Json {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: call.pieces.join('') } }
}

function indices(answer: Answer): number[] {
  return Array.from({ length: answer.choices }, (_, index) => index)
}

function finishReason(answer: Answer): string {
  return answer.toolCalls.length > 0 ? 'tool_calls' : answer.finishReason
}

export function models(ids: readonly string[]): Json {
  return {
    object: 'list',
    data: ids.map((id) => ({ id, object: 'model', created: 1_744_316_542, owned_by: 'system' })),
  }
}

export type ErrorDetail = {
  readonly message: string
  readonly type: string
  readonly param: string | null
  readonly code: string | null
}

export function errorBody(detail: ErrorDetail): Json {
  return { error: detail }
}

/** OpenAI's wording for each status that a caller of theirs meets. */
export function errorFor(status: number): ErrorDetail {
  return (
    errors[status] ?? {
      message: 'The server had an error while processing your request. Sorry about that!',
      type: 'server_error',
      param: null,
      code: null,
    }
  )
}

const errors: { readonly [status: number]: ErrorDetail } = {
  400: {
    message: "Invalid type for 'temperature': expected a decimal, but got a string instead.",
    type: 'invalid_request_error',
    param: 'temperature',
    code: 'invalid_type',
  },
  401: {
    message:
      'Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.',
    type: 'invalid_request_error',
    param: null,
    code: 'invalid_api_key',
  },
  404: {
    message: 'The model `gpt-nothing` does not exist or you do not have access to it.',
    type: 'invalid_request_error',
    param: null,
    code: 'model_not_found',
  },
  408: { message: 'Request timed out.', type: 'timeout', param: null, code: null },
  409: { message: 'The resource was updated by another process.', type: 'conflict', param: null, code: null },
  429: {
    message: 'Rate limit reached for gpt-4.1 in organization org-double on tokens per min (TPM).',
    type: 'tokens',
    param: null,
    code: 'rate_limit_exceeded',
  },
  502: { message: 'Bad gateway.', type: 'server_error', param: null, code: null },
  503: {
    message: 'The engine is currently overloaded, please try again later.',
    type: 'service_unavailable_error',
    param: null,
    code: null,
  },
}
