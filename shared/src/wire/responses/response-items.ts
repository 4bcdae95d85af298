/**
 * The items of a response while they grow: what each says so far, and the object that it is by then.
 *
 * Each has its place in the output from its first piece, so events that name the place stay true whatever comes later.
 */
import type { JsonObject, JsonValue } from '../../chat/json.ts'

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

export type Part = {
  readonly type: 'output_text' | 'refusal' | 'reasoning_text'
  text: string
  readonly logprobs: JsonValue[]
}

/** What is said: an answer, a refusal, or reasoning. */
export type Said = {
  readonly kind: 'message' | 'reasoning'
  readonly id: string
  readonly place: number
  readonly parts: Part[]
  status: ItemStatus
}

export type Called = {
  readonly kind: 'function_call' | 'custom_tool_call'
  readonly id: string
  readonly place: number
  readonly callId: string
  readonly name: string
  input: string
  status: ItemStatus
}

export type Item = Said | Called

export function partJson({ type, text, logprobs }: Part): JsonObject {
  if (type === 'refusal') return { type, refusal: text }
  return type === 'output_text' ? { type, annotations: [], logprobs, text } : { type, text }
}

export function itemJson(item: Item): JsonObject {
  const { kind: type, id, status } = item
  switch (item.kind) {
    case 'message':
      return { id, type, status, role: 'assistant', content: item.parts.map(partJson) }
    case 'reasoning':
      return { id, type, status, summary: [], content: item.parts.map(partJson) }
    case 'function_call':
      return { id, type, status, arguments: item.input, call_id: item.callId, name: item.name }
    case 'custom_tool_call':
      return { id, type, status, call_id: item.callId, input: item.input, name: item.name }
  }
}

/** How an event names the item that it is about. */
export function itemOf({ id, place }: Item): JsonObject {
  return { item_id: id, output_index: place }
}

/** And the newest of its parts. */
export function placeOf(item: Said): JsonObject {
  return { ...itemOf(item), content_index: Math.max(0, item.parts.length - 1) }
}

/** What events call the text that a call is made with. */
export function inputOf({ kind }: Called): string {
  return kind === 'function_call' ? 'function_call_arguments' : 'custom_tool_call_input'
}
