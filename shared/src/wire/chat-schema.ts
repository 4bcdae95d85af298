/**
 * The shape of a chat request on the wire: the fields that Nearside looks at, with their bounds. Fields that it
 * does not look at pass, so that an upstream may grow.
 *
 * The bounds are OpenAI's where OpenAI documents one; the others keep a request from costing more to look at
 * than to answer. Each schema's message says what would be right, so that a refusal can say it. Lists are
 * measured before their items are read: a bomb costs no more than counting it. Where a value may have one of
 * several shapes, it is looked at first and then held to that shape alone, so that a refusal names the one field
 * that is wrong and not every shape it might have had. For a small body a read takes 2 µs, 15 in a new isolate.
 */
import * as v from 'valibot'
import type { Role } from '../chat/chat-request.ts'
import type { JsonObject } from '../chat/json.ts'

export const requestLimits = {
  /** Characters of a model's name. */
  modelChars: 256,
  messages: 10_000,
  contentParts: 2_000,
  /** Calls in one message. */
  toolCalls: 128,
  /** OpenAI's bound. */
  tools: 128,
  /** OpenAI's bound. */
  answers: 128,
  /** Far above every model; keeps the worst cost of `answers` of them an exact integer of nano-dollars. */
  outputTokens: 10_000_000,
  /** OpenAI's bound. */
  stopSequences: 4,
  /** OpenAI's bound. */
  topLogprobs: 20,
  /** OpenAI's bound. */
  logitBias: 300,
  /** Levels of JSON in a schema; OpenAI takes ten levels of objects, each of which is up to four of JSON. */
  schemaDepth: 48,
} as const

type Maybe<T> = T | null | undefined

export type WirePart = {
  readonly type: string
  readonly text?: string | undefined
  readonly refusal?: string | undefined
}

export type WireToolCall = {
  readonly id: string
  readonly function?: WireFunctionCall | undefined
  readonly custom?: { readonly name: string; readonly input: string } | undefined
}

export type WireFunctionCall = { readonly name: string; readonly arguments: string }

export type WireMessage = {
  readonly role: Role
  readonly content?: Maybe<string | readonly WirePart[]>
  readonly refusal?: Maybe<string>
  readonly tool_calls?: Maybe<readonly WireToolCall[]>
  readonly function_call?: Maybe<WireFunctionCall>
  readonly tool_call_id?: Maybe<string>
  readonly audio?: unknown
}

export type WireRequest = {
  readonly model: string
  readonly messages: readonly WireMessage[]
  readonly stream?: Maybe<boolean>
  readonly stream_options?: Maybe<{ readonly include_usage?: Maybe<boolean> }>
  readonly max_completion_tokens?: Maybe<number>
  readonly max_tokens?: Maybe<number>
  readonly n?: Maybe<number>
  readonly temperature?: Maybe<number>
  readonly top_p?: Maybe<number>
  readonly seed?: Maybe<number>
  readonly frequency_penalty?: Maybe<number>
  readonly presence_penalty?: Maybe<number>
  readonly stop?: Maybe<string | readonly string[]>
  readonly logprobs?: Maybe<boolean>
  readonly top_logprobs?: Maybe<number>
  readonly tools?: Maybe<readonly unknown[]>
  readonly functions?: Maybe<readonly unknown[]>
  readonly response_format?: Maybe<{ readonly type: 'text' | 'json_object' | 'json_schema' }>
}

function text(wanted = 'a string'): v.StringSchema<string> {
  return v.string(wanted)
}

function name(): v.GenericSchema<unknown, string> {
  return v.pipe(v.string('a string that is not empty'), v.nonEmpty('a string that is not empty'))
}

function between(low: number, high: number): v.GenericSchema<unknown, number> {
  const wanted = `a number from ${low} to ${high}`
  return v.pipe(v.number(wanted), v.minValue(low, wanted), v.maxValue(high, wanted))
}

function whole(low: number, high: number): v.GenericSchema<unknown, number> {
  const wanted = `a whole number from ${low} to ${high}`
  return v.pipe(v.number(wanted), v.integer(wanted), v.minValue(low, wanted), v.maxValue(high, wanted))
}

function flag(): v.BooleanSchema<string> {
  return v.boolean('true or false')
}

/** An object of which only these fields are looked at. A field that is missing is told by what it should be. */
function fields<const Entries extends v.ObjectEntries>(
  entries: Entries,
): v.LooseObjectSchema<Entries, v.ErrorMessage<v.LooseObjectIssue>> {
  return v.looseObject(entries, (issue) => {
    const key = issue.path?.at(-1)?.key
    const entry = typeof key === 'string' && issue.expected === `"${key}"` ? entries[key] : undefined
    return entry !== undefined && 'message' in entry && typeof entry.message === 'string'
      ? entry.message
      : 'an object'
  })
}

function list<Item>(
  item: v.GenericSchema<unknown, Item>,
  low: number,
  high: number,
): v.GenericSchema<unknown, Item[]> {
  const wanted = `a list of ${low} to ${high} entries`
  return v.pipe(
    v.array(v.unknown(), wanted),
    v.minLength(low, wanted),
    v.maxLength(high, wanted),
    v.array(item, wanted),
  )
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

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
const content = {
  ...v.lazy(
    (input): v.GenericSchema<unknown, string | WirePart[]> =>
      Array.isArray(input) ? contentParts : contentText,
  ),
  message: contentText.message,
}

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
