/**
 * Reads the body of a chat request into what the inside knows of it, or says which field is wrong and what would be right.
 *
 * The fields that Nearside looks at are held to their shapes and bounds; all others pass, so that an upstream may grow.
 * Plain functions read it, and no schema: this runs on every request, and a schema library's way through it took three
 * times as long and grew no warmer.
 */
import type { ChatRequest } from '../chat/chat-request.ts'
import type { JsonArray, JsonObject, JsonValue } from '../chat/json.ts'
import { NearsideError } from '../fault/nearside-error.ts'
import {
  entryOf,
  listIn,
  nameIn,
  objectIn,
  optionalFlag,
  optionalNumber,
  optionalText,
  optionalWhole,
  pathOf,
  textIn,
  wrong,
} from './fields.ts'
import { isJsonObject } from './json-object.ts'
import { readMessages } from './read-messages.ts'
import { readModel } from './read-model-name.ts'
import { requestLimits } from './request-limits.ts'

export { requestLimits } from './request-limits.ts'

// A seed beyond these has lost digits on the way in and would seed something else.
const safe = Number.MAX_SAFE_INTEGER

export function readChatRequest(body: JsonValue): ChatRequest {
  if (!isJsonObject(body)) {
    throw new NearsideError('bad-request', 'The body must be a JSON object with model and messages.')
  }
  const model = readModel(body)
  const messages = readMessages(listIn(body, 'messages', '', 1, requestLimits.messages))
  const stream = optionalFlag(body, 'stream', '') ?? false
  const includeUsage = readIncludeUsage(body, stream)
  const newerLimit = optionalWhole(body, 'max_completion_tokens', 1, requestLimits.outputTokens)
  const olderLimit = optionalWhole(body, 'max_tokens', 1, requestLimits.outputTokens)
  const answers = optionalWhole(body, 'n', 1, requestLimits.answers) ?? 1
  const sampling = {
    temperature: optionalNumber(body, 'temperature', 0, 2),
    topP: optionalNumber(body, 'top_p', 0, 1),
    seed: optionalWhole(body, 'seed', -safe, safe),
    frequencyPenalty: optionalNumber(body, 'frequency_penalty', -2, 2),
    presencePenalty: optionalNumber(body, 'presence_penalty', -2, 2),
    stop: readStop(body),
    logprobs: optionalFlag(body, 'logprobs', '') ?? false,
    topLogprobs: optionalWhole(body, 'top_logprobs', 0, requestLimits.topLogprobs) ?? 0,
  }
  if (sampling.topLogprobs > 0 && !sampling.logprobs) {
    throw wrong('top_logprobs', 'left out unless logprobs is true')
  }
  if (body.logit_bias != null) checkLogitBias(body.logit_bias)
  const tools = readTools(body) + readFunctions(body)
  if (body.tool_choice != null && typeof body.tool_choice !== 'string' && !isJsonObject(body.tool_choice)) {
    throw wrong('tool_choice', 'a string or an object')
  }
  optionalFlag(body, 'parallel_tool_calls', '')
  const responseFormat = readResponseFormat(body)
  optionalText(body, 'user', '')

  return {
    model,
    messages,
    stream,
    includeUsage,
    outputLimit: newerLimit ?? olderLimit,
    answers,
    tools,
    responseFormat,
    sampling,
    body,
  }
}

function readIncludeUsage(body: JsonObject, stream: boolean): boolean {
  if (body.stream_options == null) return false
  if (!stream) throw wrong('stream_options', 'left out unless stream is true')
  const options = objectIn(body, 'stream_options', '')
  return optionalFlag(options, 'include_usage', 'stream_options') ?? false
}

const noStop: readonly string[] = []

/** An empty stop sequence, taken at its word, would end every answer before it begins. */
function readStop(body: JsonObject): readonly string[] {
  const { stop } = body
  if (stop == null) return noStop
  if (Array.isArray(stop)) {
    const list: JsonArray = listIn(body, 'stop', '', 0, requestLimits.stopSequences)
    const read = list.map((sequence, index) => {
      if (typeof sequence !== 'string') throw wrong(`stop[${index}]`, 'a string')
      return sequence
    })
    return read.filter((sequence) => sequence !== '')
  }
  const only = textIn(
    body,
    'stop',
    '',
    `a string or a list of at most ${requestLimits.stopSequences} strings`,
  )
  return only === '' ? noStop : [only]
}

/** Read as a whole: its keys are the caller's own and must not turn up in the path of a refusal. */
function checkLogitBias(bias: JsonValue): void {
  const biases = isJsonObject(bias) ? Object.values(bias) : null
  const right =
    biases !== null &&
    biases.length <= requestLimits.logitBias &&
    biases.every((one) => typeof one === 'number' && one >= -100 && one <= 100)
  if (right) return
  throw wrong(
    'logit_bias',
    `an object of at most ${requestLimits.logitBias} token ids with a bias from -100 to 100 each`,
  )
}

function readTools(body: JsonObject): number {
  if (body.tools == null) return 0
  const list = listIn(body, 'tools', '', 0, requestLimits.tools)
  for (let index = 0; index < list.length; index++) {
    const tool = entryOf(list, index, 'tools')
    const path = `tools[${index}]`
    if (nameIn(tool, 'type', path) === 'function') {
      checkDeclared(objectIn(tool, 'function', path), `${path}.function`)
    }
  }
  return list.length
}

function readFunctions(body: JsonObject): number {
  if (body.functions == null) return 0
  const list = listIn(body, 'functions', '', 0, requestLimits.tools)
  for (let index = 0; index < list.length; index++) {
    checkDeclared(entryOf(list, index, 'functions'), `functions[${index}]`)
  }
  return list.length
}

function checkDeclared(declared: JsonObject, path: string): void {
  nameIn(declared, 'name', path)
  checkSchema(declared, 'parameters', path)
}

function readResponseFormat(body: JsonObject): ChatRequest['responseFormat'] {
  if (body.response_format == null) return 'text'
  const format = objectIn(body, 'response_format', '')
  const { type } = format
  if (type === 'text' || type === 'json_object') return type
  if (type !== 'json_schema') {
    throw wrong('response_format.type', 'one of text, json_object and json_schema')
  }
  const path = 'response_format.json_schema'
  const schema = objectIn(format, 'json_schema', 'response_format')
  nameIn(schema, 'name', path)
  checkSchema(schema, 'schema', path)
  return type
}

function checkSchema(holder: JsonObject, key: string, path: string): void {
  const schema = holder[key]
  if (schema == null) return
  if (isJsonObject(schema) && !isDeeperThan(requestLimits.schemaDepth, schema)) return
  throw wrong(pathOf(path, key), `a JSON schema nested at most ${requestLimits.schemaDepth} levels deep`)
}

/** Stops at the limit, so that it cannot be made to climb down a thousand levels. */
function isDeeperThan(levels: number, value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some((inner) => isDeeperThan(levels - 1, inner as JsonValue))
}
