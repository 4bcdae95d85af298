/**
 * A request without the personal data in it, and the key that puts it back into the answer.
 *
 * Every text that a model would read is redacted: messages and their parts, the arguments of tool calls (inside their JSON), the
 * answers of tools, a predicted output, the descriptions of tools, the user's name and metadata. What gives the
 * request its structure (roles, ids, names of functions, addresses of images) stays as it is.
 */
import type { ChatRequest } from '../chat/chat-request.ts'
import type { JsonObject, JsonValue } from '../chat/json.ts'
import type { Detector, Finding } from '../personal-data/finding.ts'
import { readChatRequest } from '../wire/read-chat-request.ts'
import { redactFindings, repeatsIn, repeatsOf } from './redact-text.ts'
import { codesIn, draftKey, type RedactionKey } from './redaction-key.ts'

export type Redacted = { readonly request: ChatRequest; readonly key: RedactionKey }

/** `find` is what finds: `detect`, or `detect` with the learned names. */
export function redact(request: ChatRequest, find: Detector): Redacted {
  // First all texts are read, then all are written: a name found in the last message is taken out of the first.
  const found = new Map<string, readonly Finding[]>()
  const texts: string[] = []
  walk(request.body, (text, name) => {
    const known = `${name}: ${text}`
    if (!found.has(known)) {
      found.set(known, findingsOf(text, name, find))
      texts.push(text)
    }
    return text
  })
  const findingsIn = (text: string, name: string): readonly Finding[] => found.get(`${name}: ${text}`) ?? []
  if ([...found.values()].every((findings) => findings.length === 0))
    return { request, key: { values: new Map() } }

  const codes = codesIn(texts)
  const draft = draftKey((code) => codes.has(code) || codes.has(code.slice(0, 3)))
  walk(request.body, (text, name) => {
    redactFindings(text, findingsIn(text, name), draft)
    return text
  })
  const repeats = repeatsOf(draft)
  const body = walk(request.body, (text, name) =>
    redactFindings(text, repeatsIn(text, findingsIn(text, name), repeats), draft),
  )
  return { request: readChatRequest(body), key: draft.key }
}

/** A value in JSON has its word in the member's name: `"password": "hunter2"`. */
function findingsOf(text: string, name: string, find: Detector): readonly Finding[] {
  if (name === '') return find(text)
  const before = `${name.replaceAll(/[_-]/g, ' ')}: `
  return find(before + text)
    .filter(({ start }) => start >= before.length)
    .map((finding) => ({
      ...finding,
      start: finding.start - before.length,
      end: finding.end - before.length,
    }))
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

type Change = (text: string, name: string) => string

function walk(body: JsonObject, change: Change): JsonObject {
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => {
      if (key === 'metadata') return [key, leaves(value, '', change)]
      if (read.has(key)) return [key, texts(value, key, change)]
      return [key, described.has(key) ? descriptions(value, '', change) : value]
    }),
  )
}

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
    Object.entries(value).map(([name, member]) => [name, leaves(member, name, change)]),
  )
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
