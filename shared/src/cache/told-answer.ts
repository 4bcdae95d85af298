/**
 * An answer as it is kept: what was said, without what was true of one request alone (its id, its time, its cost).
 *
 * It is read from the text that went to the caller, whole or streamed, with all fields that nobody here knows. Only an answer
 * that came to its own end is worth keeping: every choice has stopped by itself or calls tools, none refuses, none was cut.
 * A stream whose pieces can be put together in more than one way is not kept.
 */
import type { JsonObject, JsonValue } from '../chat/json.ts'
import { isJsonObject, listOf } from '../wire/json-object.ts'
import { isSseDone, sseReader } from '../wire/sse.ts'

export type ToldChoice = {
  readonly index: number
  readonly message: JsonObject
  readonly logprobs: JsonValue
  readonly finish_reason: 'stop' | 'tool_calls'
}

export type ToldAnswer = {
  readonly choices: readonly ToldChoice[]
  /** `model`, `system_fingerprint` and whatever else stood beside the choices. */
  readonly rest: JsonObject
}

/** `answers` is how many were asked for; null where the answer is not worth keeping. */
export function toldWhole(text: string, answers: number): ToldAnswer | null {
  const value = parsed(text)
  if (!isJsonObject(value)) return null
  const choices = listOf(value.choices).map(toldChoice)
  return complete(choices, restOf(value), answers)
}

export function toldStream(text: string, answers: number): ToldAnswer | null {
  const reader = sseReader()
  const drafts = new Map<number, Draft>()
  let rest: JsonObject = {}
  let done = false
  for (const message of [...reader.push(text), ...reader.end()]) {
    if (isSseDone(message)) {
      done = true
      continue
    }
    const chunk = parsed(message.data)
    if (!isJsonObject(chunk) || chunk.error !== undefined) return null
    rest = { ...rest, ...restOf(chunk) }
    for (const piece of listOf(chunk.choices)) if (!addPiece(drafts, piece, answers)) return null
  }
  if (!done) return null
  return complete(
    [...drafts].sort(([a], [b]) => a - b).map(([, draft]) => toldChoice(draft)),
    rest,
    answers,
  )
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const ofOneRequest = new Set(['id', 'object', 'created', 'usage', 'nearside', 'choices', 'obfuscation'])

function restOf(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !ofOneRequest.has(name)))
}

function complete(
  choices: readonly (ToldChoice | null)[],
  rest: JsonObject,
  answers: number,
): ToldAnswer | null {
  const told = choices.filter((choice) => choice !== null)
  const all = told.length === answers && choices.length === answers
  return all && rest.error === undefined && told.every(({ index }, place) => index === place)
    ? { choices: told, rest }
    : null
}

function toldChoice(value: JsonValue): ToldChoice | null {
  if (!isJsonObject(value) || !isJsonObject(value.message)) return null
  const { index, message, logprobs = null, finish_reason: finish } = value
  if (typeof index !== 'number' || (finish !== 'stop' && finish !== 'tool_calls')) return null
  const { refusal = null, content, audio = null } = message
  if ((refusal !== null && refusal !== '') || audio !== null) return null
  const says = typeof content === 'string' && content !== ''
  if (!says && listOf(message.tool_calls).length === 0) return null
  return { index, message, logprobs, finish_reason: finish }
}

type Draft = {
  readonly index: number
  message: Record<string, JsonValue>
  logprobs: JsonValue
  finish_reason: JsonValue
}

/** More are an attack on our memory. */
const mostCalls = 128

/** False where the pieces do not go together in one way alone. */
function addPiece(drafts: Map<number, Draft>, piece: JsonValue, answers: number): boolean {
  if (!isJsonObject(piece)) return false
  const { index = 0, delta = {}, logprobs = null, finish_reason: finish = null } = piece
  if (typeof index !== 'number' || !(index >= 0 && index < answers) || !isJsonObject(delta)) return false
  const draft = drafts.get(index) ?? { index, message: {}, logprobs: null, finish_reason: null }
  drafts.set(index, draft)
  if (finish !== null) draft.finish_reason = finish
  if (isJsonObject(logprobs)) draft.logprobs = joinedLists(draft.logprobs, logprobs)
  return Object.entries(delta).every(([name, value]) => addMember(draft.message, name, value))
}

const spokenInPieces = new Set(['content', 'refusal', 'reasoning', 'reasoning_content'])

function addMember(message: Record<string, JsonValue>, name: string, value: JsonValue): boolean {
  const before = message[name] ?? null
  if (value === null || before === null) {
    if (name === 'tool_calls' && value !== null) return addCalls(message, value)
    message[name] = before ?? value
    return true
  }
  if (name === 'tool_calls') return addCalls(message, value)
  if (typeof value === 'string' && typeof before === 'string' && spokenInPieces.has(name)) {
    message[name] = before + value
    return true
  }
  // An empty piece adds nothing, whatever it is a piece of.
  if (value === '' || (Array.isArray(value) && value.length === 0)) return true
  return JSON.stringify(before) === JSON.stringify(value)
}

function addCalls(message: Record<string, JsonValue>, pieces: JsonValue): boolean {
  const calls = [...listOf(message.tool_calls)]
  for (const piece of listOf(pieces)) {
    if (!isJsonObject(piece)) return false
    const { index = calls.length, ...more } = piece
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index > calls.length)
      return false
    if (index >= mostCalls) return false
    calls[index] = joinedCall(calls[index] ?? {}, more)
  }
  message.tool_calls = calls
  return true
}

/** Some servers repeat id and name with each piece; the arguments alone come in parts. */
function joinedCall(before: JsonValue, piece: JsonObject): JsonObject {
  const call = isJsonObject(before) ? before : {}
  const joined: Record<string, JsonValue> = { ...piece, ...call }
  for (const kind of ['function', 'custom'] as const) {
    const [had, more] = [call[kind], piece[kind]]
    if (!isJsonObject(more)) continue
    const held = isJsonObject(had) ? had : {}
    const spoken = kind === 'function' ? 'arguments' : 'input'
    joined[kind] = { ...more, ...held, [spoken]: `${textOf(held[spoken])}${textOf(more[spoken])}` }
  }
  return joined
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

function joinedLists(before: JsonValue, more: JsonObject): JsonObject {
  const had = isJsonObject(before) ? before : {}
  const names = new Set([...Object.keys(had), ...Object.keys(more)])
  return Object.fromEntries(
    [...names].map((name) => {
      const joined = [...listOf(had[name]), ...listOf(more[name])]
      return [name, joined.length === 0 ? null : joined]
    }),
  )
}
