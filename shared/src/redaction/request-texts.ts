/**
 * The texts of a request that a model would read, one by one, and the request with each of them changed.
 *
 * These are: messages and their parts, the arguments of tool calls (inside their JSON, its keys too), the answers of tools, a predicted
 * output, the descriptions of tools, the user's name, metadata, and any text in a field that is not known here. What gives the request its structure (roles, ids, names
 * of functions, addresses of images) stays as it is.
 */
import type { JsonObject, JsonValue } from '../chat/json.ts'

/** Gets a text and the member's name that says what it is, which is empty where none does; gives what stands in its place. */
export type Change = (text: string, name: string) => string

export function changeTexts(body: JsonObject, change: Change): JsonObject {
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => {
      if (key === 'metadata') return [key, leaves(value, '', change)]
      if (read.has(key)) return [key, texts(value, key, change)]
      if (described.has(key)) return [key, descriptions(value, '', change)]
      return [key, key === 'model' ? value : strings(value, change)]
    }),
  )
}

const read: ReadonlySet<string> = new Set(['messages', 'prediction', 'user', 'safety_identifier'])
const described: ReadonlySet<string> = new Set(['tools', 'functions', 'response_format'])
/** What a text is not: structure, and data that only its own reader understands. */
const structure: ReadonlySet<string> = new Set([
  'role',
  'type',
  'id',
  'tool_call_id',
  'name',
  'url',
  'data',
  'detail',
  'format',
  'file_id',
  'file_data',
  'filename',
])
/** Texts that hold JSON. */
const inner: ReadonlySet<string> = new Set(['arguments', 'input'])

function texts(value: JsonValue, key: string, change: Change): JsonValue {
  if (typeof value === 'string') {
    if (structure.has(key)) return value
    return inner.has(key) ? argumentText(value, change) : change(value, '')
  }
  if (Array.isArray(value)) return value.map((item: JsonValue) => texts(item, key, change))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, texts(member, name, change)]),
  )
}

/** Of fields that nobody here knows, or that are settings: a number there is a setting. */
function strings(value: JsonValue, change: Change): JsonValue {
  if (typeof value === 'string') return change(value, '')
  if (Array.isArray(value)) return value.map((item: JsonValue) => strings(item, change))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, strings(member, change)]))
}

function descriptions(value: JsonValue, key: string, change: Change): JsonValue {
  if (typeof value === 'string') return key === 'description' ? change(value, '') : value
  if (Array.isArray(value)) return value.map((item: JsonValue) => descriptions(item, '', change))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, descriptions(member, name, change)]),
  )
}

/** Arguments are JSON where the model did well, and text where it did not; what did not change keeps its own spelling. */
function argumentText(text: string, change: Change): string {
  let parsed: JsonValue
  try {
    parsed = JSON.parse(text) as JsonValue
  } catch {
    return change(text, '')
  }
  if (typeof parsed !== 'object' || parsed === null) return change(text, '')
  const before = JSON.stringify(parsed)
  const after = JSON.stringify(leaves(parsed, '', change))
  return before === after ? text : after
}

/** A number that is somebody's becomes a text: a card may be written without quotation marks. */
function leaves(value: JsonValue, key: string, change: Change): JsonValue {
  if (typeof value === 'string') return change(value, key)
  if (typeof value === 'number') {
    const text = String(value)
    const changed = change(text, key)
    return changed === text ? value : changed
  }
  if (Array.isArray(value)) return value.map((item: JsonValue) => leaves(item, key, change))
  if (!isObject(value)) return value
  return Object.fromEntries(
    // Whose table has a row for each person has the persons in its keys.
    Object.entries(value).map(([name, member]) => [change(name, ''), leaves(member, name, change)]),
  )
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
