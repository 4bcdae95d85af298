/**
 * The shape of a chat request on the wire: the fields that Nearside looks at, with their bounds. Fields that it
 * does not look at pass, so that an upstream may grow.
 *
 * Where a value may have one of several shapes, it is looked at first and then held to that shape alone, so
 * that a refusal names the one field that is wrong and not every shape it might have had. A small body takes
 * some 3 µs to read, and some 10 in an isolate that has just begun.
 */
import * as v from 'valibot'
import type { JsonObject } from '../chat/json.ts'
import { requestLimits } from './request-limits.ts'
import { between, fields, flag, isObject, list, name, shaped, text, whole } from './schema-words.ts'
import type { WireMessage, WirePart, WireRequest, WireToolCall } from './wire-request.ts'

/** Stops at the limit, so that it cannot be made to climb down a thousand levels. */
function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some((inner) => isDeeperThan(levels - 1, inner))
}

const jsonSchema = v.custom<JsonObject>(
  (value) => isObject(value) && !isDeeperThan(requestLimits.schemaDepth, value),
  `a JSON schema nested at most ${requestLimits.schemaDepth} levels deep`,
)

const parts = new Map<string, v.GenericSchema<unknown, WirePart>>([
  ['text', fields({ type: text(), text: text() })],
  ['refusal', fields({ type: text(), refusal: text() })],
  ['image_url', fields({ type: text(), image_url: fields({ url: name() }) })],
  ['input_audio', fields({ type: text(), input_audio: fields({ data: text(), format: text() }) })],
  ['file', fields({ type: text(), file: fields({}) })],
])
const partOfAnotherKind = fields({ type: name() })

const part = v.lazy((input) =>
  isObject(input) && typeof input.type === 'string'
    ? (parts.get(input.type) ?? partOfAnotherKind)
    : partOfAnotherKind,
)

const contentText = text('a string or a list of content parts')
const contentParts = list(part, 1, requestLimits.contentParts)
const content = shaped<string | WirePart[]>(contentText.message, (input) =>
  Array.isArray(input) ? contentParts : contentText,
)

const functionCall = fields({ name: name(), arguments: text() })
const plainToolCall = fields({ id: name(), function: functionCall })
const customToolCall = fields({ id: name(), custom: fields({ name: name(), input: text() }) })
const toolCall = v.lazy(
  (input): v.GenericSchema<unknown, WireToolCall> =>
    isObject(input) && input.type === 'custom' ? customToolCall : plainToolCall,
)

const said = { content, name: v.nullish(text()) }
const messages = new Map<unknown, v.GenericSchema<unknown, WireMessage>>([
  ['system', fields({ role: v.literal('system'), ...said })],
  ['developer', fields({ role: v.literal('developer'), ...said })],
  ['user', fields({ role: v.literal('user'), ...said })],
  [
    'assistant',
    fields({
      role: v.literal('assistant'),
      ...said,
      content: v.nullish(content),
      refusal: v.nullish(text()),
      tool_calls: v.nullish(list(toolCall, 1, requestLimits.toolCalls)),
      function_call: v.nullish(functionCall),
    }),
  ],
  ['tool', fields({ role: v.literal('tool'), ...said, tool_call_id: name() })],
  ['function', fields({ role: v.literal('function'), content: v.nullish(content), name: name() })],
])
const messageOfNoRole = fields({
  role: v.picklist(
    ['system', 'developer', 'user', 'assistant', 'tool', 'function'],
    'one of system, developer, user, assistant, tool and function',
  ),
})
const message = v.lazy((input) => (isObject(input) ? messages.get(input.role) : undefined) ?? messageOfNoRole)

const declaredFunction = fields({ name: name(), parameters: v.nullish(jsonSchema) })
const functionTool = fields({ type: name(), function: declaredFunction })
const toolOfAnotherKind = fields({ type: name() })
const tool = v.lazy(
  (input): v.GenericSchema<unknown, { readonly type: string }> =>
    isObject(input) && input.type === 'function' ? functionTool : toolOfAnotherKind,
)

const stopText = text(`a string or a list of at most ${requestLimits.stopSequences} strings`)
const stopTexts = list(text(), 0, requestLimits.stopSequences)
const stop = v.lazy(
  (input): v.GenericSchema<unknown, string | string[]> => (Array.isArray(input) ? stopTexts : stopText),
)

const textFormat = fields({
  type: v.picklist(['text', 'json_object'], 'one of text, json_object and json_schema'),
})
const schemaFormat = fields({
  type: v.literal('json_schema'),
  json_schema: fields({ name: name(), schema: v.nullish(jsonSchema) }),
})
const responseFormat = v.lazy(
  (input): v.GenericSchema<unknown, NonNullable<WireRequest['response_format']>> =>
    isObject(input) && input.type === 'json_schema' ? schemaFormat : textFormat,
)

/** Read as a whole: its keys are the caller's own and must not turn up in the path of a refusal. */
const logitBias = v.custom<JsonObject>((value) => {
  if (!isObject(value)) return false
  const biases = Object.values(value)
  return (
    biases.length <= requestLimits.logitBias &&
    biases.every((bias) => typeof bias === 'number' && bias >= -100 && bias <= 100)
  )
}, `an object of at most ${requestLimits.logitBias} token ids with a bias from -100 to 100 each`)

const choiceOfTool = v.custom<string | JsonObject>(
  (value) => typeof value === 'string' || isObject(value),
  'a string or an object',
)

const safe = Number.MAX_SAFE_INTEGER
const modelWanted = `a model's name of 1 to ${requestLimits.modelChars} characters without spaces`

export const chatSchema: v.GenericSchema<unknown, WireRequest> = fields({
  model: v.pipe(
    v.string(modelWanted),
    v.maxLength(requestLimits.modelChars, modelWanted),
    v.regex(/^[\x21-\x7e]+$/, modelWanted),
  ),
  messages: list(message, 1, requestLimits.messages),
  stream: v.nullish(flag()),
  stream_options: v.nullish(fields({ include_usage: v.nullish(flag()) })),
  max_completion_tokens: v.nullish(whole(1, requestLimits.outputTokens)),
  max_tokens: v.nullish(whole(1, requestLimits.outputTokens)),
  n: v.nullish(whole(1, requestLimits.answers)),
  temperature: v.nullish(between(0, 2)),
  top_p: v.nullish(between(0, 1)),
  // A number beyond these has lost digits on the way in and would seed something else.
  seed: v.nullish(whole(-safe, safe)),
  frequency_penalty: v.nullish(between(-2, 2)),
  presence_penalty: v.nullish(between(-2, 2)),
  stop: v.nullish(stop),
  logprobs: v.nullish(flag()),
  top_logprobs: v.nullish(whole(0, requestLimits.topLogprobs)),
  logit_bias: v.nullish(logitBias),
  tools: v.nullish(list(tool, 0, requestLimits.tools)),
  functions: v.nullish(list(declaredFunction, 0, requestLimits.tools)),
  tool_choice: v.nullish(choiceOfTool),
  parallel_tool_calls: v.nullish(flag()),
  response_format: v.nullish(responseFormat),
  user: v.nullish(text()),
})
