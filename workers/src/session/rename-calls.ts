/**
 * Gives the tool calls of a text other ids: those of an answer on its way to the caller, and those of a conversation on its way to
 * a node. Everything else passes as it was written.
 */
import type { AnswerWhole, ChatEvent, ChatRequest, JsonObject, JsonValue } from '@nearside/core'

export type NewId = (id: string) => string

export function renameInEvent(event: ChatEvent, newId: NewId): ChatEvent {
  if (!event.choices.some(({ toolCalls }) => toolCalls.some(({ id }) => isId(id)))) return event
  const wire = event.wire === null ? null : renameInWire(event.wire, newId)
  if (event.type === 'answer-whole') return { ...event, wire, choices: renamed(event.choices, newId) }
  const choices = event.choices.map((choice) => ({
    ...choice,
    toolCalls: choice.toolCalls.map((call) => (isId(call.id) ? { ...call, id: newId(call.id) } : call)),
  }))
  return { ...event, wire, choices }
}

export function renameInRequest(request: ChatRequest, newId: NewId): ChatRequest {
  if (!request.messages.some((message) => message.toolCallId !== null || message.toolCalls.length > 0))
    return request
  const { messages } = request.body
  if (!Array.isArray(messages)) return request
  return { ...request, body: { ...request.body, messages: messages.map((each) => inMessage(each, newId)) } }
}

function renamed(choices: AnswerWhole['choices'], newId: NewId): AnswerWhole['choices'] {
  return choices.map((choice) => ({
    ...choice,
    toolCalls: choice.toolCalls.map((call) => (isId(call.id) ? { ...call, id: newId(call.id) } : call)),
  }))
}

/** It was read as an answer before, so it is one. */
function renameInWire(wire: string, newId: NewId): string {
  const answer = JSON.parse(wire) as JsonObject
  const choices = (answer.choices as readonly JsonValue[]).map((choice) => {
    if (!isObject(choice)) return choice
    const member = isObject(choice.message) ? 'message' : 'delta'
    const said = choice[member]
    return isObject(said) ? { ...choice, [member]: inMessage(said, newId) } : choice
  })
  return JSON.stringify({ ...answer, choices })
}

function inMessage(message: JsonValue, newId: NewId): JsonValue {
  if (!isObject(message)) return message
  const { tool_calls: calls, tool_call_id: answers } = message
  return {
    ...message,
    ...(Array.isArray(calls) ? { tool_calls: calls.map((call) => inCall(call, newId)) } : {}),
    ...(isId(answers) ? { tool_call_id: newId(answers) } : {}),
  }
}

function inCall(call: JsonValue, newId: NewId): JsonValue {
  return isObject(call) && isId(call.id) ? { ...call, id: newId(call.id) } : call
}

/** The older form of a call has none. */
function isId(id: JsonValue | undefined): id is string {
  return typeof id === 'string' && id !== ''
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
