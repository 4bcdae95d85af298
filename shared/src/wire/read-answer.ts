/**
 * Reads an upstream's answer, whole or a chunk of a stream, into what the inside knows of it.
 *
 * Upstreams of this format differ in what they leave out and add, so reading is tolerant: what is missing gets
 * a default, what is unknown is passed over, and the text itself is kept in `wire` for the caller. What is not
 * an answer at all is a fault of the tier; its text stays out of the message, for it may quote a prompt. This
 * runs once for each chunk of each stream and wants no more than the plain fields, which is why it looks at
 * the values itself and takes no schema.
 */
import type {
  AnswerDelta,
  AnswerWhole,
  Choice,
  ChoiceDelta,
  FinishReason,
  TokenLogprob,
  ToolCallDelta,
} from '../chat/chat-event.ts'
import type { ToolCall } from '../chat/chat-request.ts'
import type { JsonObject, JsonValue } from '../chat/json.ts'
import { NearsideError } from '../fault/nearside-error.ts'
import { contentText } from './content-text.ts'
import { isJsonObject, listOf, stringOf } from './json-object.ts'
import { readUsage } from './read-usage.ts'

export { readUsage } from './read-usage.ts'

export function readAnswer(wire: string): AnswerWhole {
  const answer = readObject(wire)
  if (!Array.isArray(answer.choices)) throw notAnAnswer()
  return {
    type: 'answer-whole',
    choices: listOf(answer.choices).map(readChoice),
    usage: readUsage(answer.usage),
    wire,
  }
}

export function readChunk(wire: string): AnswerDelta {
  const chunk = readObject(wire)
  const choices = chunk.choices ?? []
  if (!Array.isArray(choices)) throw notAnAnswer()
  return {
    type: 'answer-delta',
    choices: listOf(choices).map(readChoiceDelta),
    usage: readUsage(chunk.usage),
    wire,
  }
}

function readObject(wire: string): JsonObject {
  let value: JsonValue
  try {
    value = JSON.parse(wire) as JsonValue
  } catch {
    // The parser's own error quotes the text and is not kept as a cause.
    throw notAnAnswer()
  }
  if (!isJsonObject(value)) throw notAnAnswer()
  if (value.error !== undefined && value.error !== null) {
    throw new NearsideError('tier-failed', 'The upstream sent an error in place of an answer.')
  }
  return value
}

function notAnAnswer(): NearsideError {
  return new NearsideError('tier-failed', 'The upstream sent something that is not an answer.')
}

function readChoice(value: JsonValue, position: number): Choice {
  if (!isJsonObject(value) || !isJsonObject(value.message)) throw notAnAnswer()
  const message = value.message
  const calls = listOf(message.tool_calls).filter(isJsonObject).map(readToolCall)
  const older = message.function_call
  const toolCalls = isJsonObject(older) ? [...calls, { id: '', ...readNamed(older, 'arguments') }] : calls
  return {
    index: readIndex(value.index, position),
    text: readText(message),
    toolCalls,
    finishReason: readFinish(value.finish_reason) ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'),
    logprobs: readLogprobs(value.logprobs),
  }
}

function readChoiceDelta(value: JsonValue, position: number): ChoiceDelta {
  if (!isJsonObject(value)) throw notAnAnswer()
  const delta = isJsonObject(value.delta) ? value.delta : {}
  const pieces = listOf(delta.tool_calls).filter(isJsonObject).map(readToolCallDelta)
  const older = delta.function_call
  return {
    index: readIndex(value.index, position),
    text: readText(delta),
    toolCalls: isJsonObject(older) ? [...pieces, readToolCallDelta({ function: older }, 0)] : pieces,
    finishReason: readFinish(value.finish_reason),
    logprobs: readLogprobs(value.logprobs),
  }
}

/** The text that the model says, be it an answer or a refusal. */
function readText({ content, refusal }: JsonObject): string {
  return contentText(content) + (stringOf(refusal) ?? '')
}

function readToolCall(call: JsonObject): ToolCall {
  return { id: stringOf(call.id) ?? '', ...readCalled(call) }
}

function readToolCallDelta(call: JsonObject, position: number): ToolCallDelta {
  const { name, arguments: pieces } = readCalled(call)
  return {
    index: readIndex(call.index, position),
    id: stringOf(call.id),
    name: name === '' ? null : name,
    arguments: pieces,
  }
}

function readCalled(call: JsonObject): { readonly name: string; readonly arguments: string } {
  if (isJsonObject(call.function)) return readNamed(call.function, 'arguments')
  return isJsonObject(call.custom) ? readNamed(call.custom, 'input') : { name: '', arguments: '' }
}

function readNamed(
  called: JsonObject,
  key: 'arguments' | 'input',
): { readonly name: string; readonly arguments: string } {
  const given = called[key]
  // A few upstreams send the arguments as the object itself.
  return {
    name: stringOf(called.name) ?? '',
    arguments: isJsonObject(given) ? JSON.stringify(given) : (stringOf(given) ?? ''),
  }
}

/** Upstreams that have one choice or one call at a time may leave the index out. */
function readIndex(value: JsonValue | undefined, position: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostIndex
    ? value
    : position
}

const mostIndex = 1_000

const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool_calls'],
  ['content_filter', 'content_filter'],
  ['function_call', 'function_call'],
  ['max_tokens', 'length'],
  ['model_length', 'length'],
])

function readFinish(value: JsonValue | undefined): FinishReason | null {
  if (typeof value !== 'string' || value === '') return null
  // Servers have names of their own for an end like any other: eos, end_turn, stop_sequence.
  return finishReasons.get(value) ?? 'stop'
}

function readLogprobs(value: JsonValue | undefined): readonly TokenLogprob[] {
  if (!isJsonObject(value)) return []
  return listOf(value.content)
    .filter(isJsonObject)
    .flatMap((entry) => {
      const token = readLogprob(entry)
      if (token === null) return []
      const top = listOf(entry.top_logprobs)
        .filter(isJsonObject)
        .flatMap((other) => readLogprob(other) ?? [])
      return { ...token, top }
    })
}

function readLogprob(entry: JsonObject): { readonly token: string; readonly logprob: number } | null {
  const { token, logprob } = entry
  return typeof token === 'string' && typeof logprob === 'number' ? { token, logprob } : null
}
