/**
 * Reads the body of a Responses request into the chat request that means the same.
 *
 * Every field is honoured, or refused by its name with what would be right: a chat model can search no web, and a caller who
 * asked for that must not be answered as if it had. Fields that nobody here knows are refused too, since what they mean in a
 * chat request is not what they mean here.
 */
import type { ChatRequest } from '../../chat/chat-request.ts'
import type { JsonArray, JsonObject, JsonValue } from '../../chat/json.ts'
import { isNearsideError, NearsideError, withParam } from '../../fault/nearside-error.ts'
import { listIn, nameIn, objectIn, optionalFlag, optionalText, optionalWhole, wrong } from '../fields.ts'
import { isJsonObject } from '../json-object.ts'
import { readChatRequest } from '../read-chat-request.ts'
import { requestLimits } from '../request-limits.ts'
import { isPrivateField } from '../upstream-body.ts'
import { messagesOf } from './read-input.ts'
import { toolChoiceOf, toolsOf } from './read-tools.ts'

export type ResponsesRequest = {
  /** The items of this turn. */
  readonly input: JsonArray
  readonly instructions: string | null
  readonly previousResponseId: string | null
  /** Whether the caller lets the answer be kept. */
  readonly store: boolean
  readonly stream: boolean
  /** What was asked for and is not there to be had, although the answer is the same without it. */
  readonly ignored: readonly string[]
  /** The chat request without its messages. */
  readonly chatFields: JsonObject
  /** What a response object says of its request. */
  readonly echo: JsonObject
}

export function readResponsesRequest(body: JsonValue): ResponsesRequest {
  if (!isJsonObject(body)) {
    throw new NearsideError('bad-request', 'The body must be a JSON object with model and input.')
  }
  refuseUnknown(body)
  const input = inputOf(body)
  // Read now and not when the history is there, so that what is wrong is told before anything is looked up.
  messagesOf(input)
  const instructions = optionalText(body, 'instructions', '')
  const previousResponseId = optionalText(body, 'previous_response_id', '')
  const stream = optionalFlag(body, 'stream', '') ?? false
  const text = body.text == null ? {} : objectIn(body, 'text', '')
  const reasoning = body.reasoning == null ? {} : objectIn(body, 'reasoning', '')
  const effort = optionalText(reasoning, 'effort', 'reasoning')
  const verbosity = optionalText(text, 'verbosity', 'text')
  const outputLimit = optionalWhole(body, 'max_output_tokens', 1, requestLimits.outputTokens)
  const topLogprobs = optionalWhole(body, 'top_logprobs', 0, requestLimits.topLogprobs) ?? 0
  const include = readInclude(body)
  const logprobs = include.includes(includable.logprobs) || topLogprobs > 0
  const format = formatOf(text)
  const tools = toolsOf(body)
  const choice = toolChoiceOf(body)

  return {
    input,
    instructions,
    previousResponseId,
    store: optionalFlag(body, 'store', '') ?? true,
    stream,
    ignored: include.includes(includable.reasoning) ? ['include'] : [],
    chatFields: {
      ...Object.fromEntries(passed.flatMap((key) => (body[key] == null ? [] : [[key, body[key]]]))),
      ...(stream ? { stream_options: { include_usage: true } } : {}),
      ...(effort === null ? {} : { reasoning_effort: effort }),
      ...(verbosity === null ? {} : { verbosity }),
      ...(outputLimit === null ? {} : { max_completion_tokens: outputLimit }),
      ...(logprobs ? { logprobs: true, top_logprobs: topLogprobs } : {}),
      ...(format === null ? {} : { response_format: format }),
      ...(tools.length === 0 ? {} : { tools }),
      ...(choice === null ? {} : { tool_choice: choice }),
    },
    echo: {
      instructions,
      max_output_tokens: outputLimit,
      max_tool_calls: optionalWhole(body, 'max_tool_calls', 1, requestLimits.outputTokens),
      metadata: readMetadata(body),
      parallel_tool_calls: optionalFlag(body, 'parallel_tool_calls', '') ?? true,
      previous_response_id: previousResponseId,
      reasoning: { effort, summary: optionalText(reasoning, 'summary', 'reasoning') },
      service_tier: body.service_tier ?? null,
      temperature: body.temperature ?? null,
      text: { format: text.format ?? { type: 'text' }, ...(verbosity === null ? {} : { verbosity }) },
      tool_choice: body.tool_choice ?? 'auto',
      tools: body.tools ?? [],
      top_logprobs: topLogprobs,
      top_p: body.top_p ?? null,
      truncation: 'disabled',
      user: optionalText(body, 'user', ''),
    },
  }
}

/** The chat request that carries on `history`, the items of the turns before. */
export function chatRequestOf(asked: ResponsesRequest, history: JsonArray): ChatRequest {
  const { instructions, input, chatFields } = asked
  const system = instructions === null ? [] : [{ role: 'system', content: instructions }]
  try {
    return readChatRequest({ ...chatFields, messages: [...system, ...messagesOf([...history, ...input])] })
  } catch (error) {
    throw inResponsesWords(error)
  }
}

/** Read as chat, and the same in a Responses request. The rest of their checks is the chat request's. */
const passed = [
  'model',
  'stream',
  'temperature',
  'top_p',
  'parallel_tool_calls',
  'user',
  'service_tier',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
] as const

const known: ReadonlySet<string> = new Set([
  ...passed,
  'background',
  'include',
  'input',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'previous_response_id',
  'reasoning',
  'store',
  'stream_options',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'truncation',
])

const refused: ReadonlyMap<string, string> = new Map([
  ['conversation', 'left out: conversations are kept by OpenAI alone; carry one on by previous_response_id'],
  ['prompt', 'left out: prompt templates are kept by OpenAI alone; send instructions and input'],
])

function refuseUnknown(body: JsonObject): void {
  for (const key in body) {
    if (known.has(key) || body[key] === null || isPrivateField(key)) continue
    // A key is the caller's own text: only one that looks like a field's name is repeated.
    const name = /^[a-z][a-z_]{0,63}$/.test(key) ? key : 'a field'
    throw wrong(name, refused.get(key) ?? 'left out: a Responses request here has no such field')
  }
  if (optionalFlag(body, 'background', '') === true) {
    throw wrong('background', 'false: an answer is given to the request that asks for it')
  }
  const { truncation } = body
  if (truncation != null && truncation !== 'disabled') {
    throw wrong('truncation', 'disabled: nothing is dropped from a conversation here')
  }
  if (body.stream_options != null) {
    if (body.stream !== true) throw wrong('stream_options', 'left out unless stream is true')
    const options = objectIn(body, 'stream_options', '')
    if (optionalFlag(options, 'include_obfuscation', 'stream_options') === true) {
      throw wrong('stream_options.include_obfuscation', 'false: events are not padded here')
    }
  }
}

function inputOf(body: JsonObject): JsonArray {
  const { input } = body
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }]
  if (Array.isArray(input)) return listIn(body, 'input', '', 1, requestLimits.messages)
  throw wrong('input', 'a string or a list of items')
}

const includable = {
  logprobs: 'message.output_text.logprobs',
  /** Carries reasoning on from turn to turn, which no chat does: programs ask for it by habit, and take none for an answer. */
  reasoning: 'reasoning.encrypted_content',
}

function readInclude(body: JsonObject): JsonArray {
  if (body.include == null) return []
  const list = listIn(body, 'include', '', 0, 16)
  const { logprobs, reasoning } = includable
  for (const [index, entry] of list.entries()) {
    if (entry !== logprobs && entry !== reasoning)
      throw wrong(`include[${index}]`, `${logprobs} or ${reasoning}`)
  }
  return list
}

const mostMetadata = 16

function readMetadata(body: JsonObject): JsonObject {
  if (body.metadata == null) return {}
  const metadata = objectIn(body, 'metadata', '')
  const values = Object.values(metadata)
  if (values.length <= mostMetadata && values.every((value) => typeof value === 'string')) return metadata
  throw wrong('metadata', `an object of at most ${mostMetadata} strings`)
}

function formatOf(text: JsonObject): JsonObject | null {
  if (text.format == null) return null
  const format = objectIn(text, 'format', 'text')
  const { type, ...schema } = format
  if (type === 'text' || type === 'json_object') return { type }
  if (type !== 'json_schema') throw wrong('text.format.type', 'one of text, json_object and json_schema')
  nameIn(format, 'name', 'text.format')
  objectIn(format, 'schema', 'text.format')
  return { type, json_schema: schema }
}

/** A refusal of a chat request, with the field as this format calls it. */
export function inResponsesWords(error: unknown): unknown {
  if (!isNearsideError(error) || error.param === null) return error
  const param = error.param
    .replace(/^messages.*/, 'input')
    .replace(/^max_(?:completion_)?tokens$/, 'max_output_tokens')
    .replace(/^reasoning_effort$/, 'reasoning.effort')
    .replace(/^verbosity$/, 'text.verbosity')
    .replace(/^response_format(?:\.json_schema)?/, 'text.format')
    .replace(/^(tools\[\d+\])\.(?:function|custom)/, '$1')
  return param === error.param ? error : withParam(error, param)
}
