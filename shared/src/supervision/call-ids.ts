/**
 * The session inside the ids of tool calls: `call_<session>_<number>`, which every tool-calling loop sends back.
 *
 * OpenAI takes ids of 40 characters of letters, digits, `_` and `-`, so the session has 30 of them and the number four. An
 * upstream is given short ids in their place: the long ones would cost its context thirty tokens each.
 */
import type { ChatMessage } from '../chat/chat-request.ts'
import type { JsonArray, JsonObject, JsonValue } from '../chat/json.ts'
import { isJsonObject, listOf } from '../wire/json-object.ts'

export const sessionTokenLength = 30
const form = /^call_([A-Za-z0-9_-]{30})_([0-9a-z]{1,4})$/
const mostNumber = 36 ** 4 - 1

export function isSessionToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{30}$/.test(text)
}

export function mintCallId(session: string, number: number): string {
  return `call_${session}_${Math.min(number, mostNumber).toString(36)}`
}

/** The sessions that the conversation's calls name, the latest first, and no more than a few: whoever reads them has to open each. */
export function sessionsIn(messages: readonly ChatMessage[]): readonly string[] {
  const found = new Set<string>()
  for (let at = messages.length - 1; at >= 0 && found.size < mostSessions; at--) {
    for (const id of idsOf(messages[at]!)) {
      const session = form.exec(id)?.[1]
      if (session !== undefined) found.add(session)
    }
  }
  return [...found].slice(0, mostSessions)
}

const mostSessions = 4

/** The first number that no call of the conversation has: the same turn asked again mints the same ids. */
export function nextCallNumber(messages: readonly ChatMessage[], session: string): number {
  let next = 1
  for (const message of messages) {
    for (const id of idsOf(message)) {
      const parts = form.exec(id)
      if (parts?.[1] === session) next = Math.max(next, Number.parseInt(parts[2]!, 36) + 1)
    }
  }
  return next
}

function idsOf({ toolCalls, toolCallId }: ChatMessage): readonly string[] {
  const ids = toolCalls.map(({ id }) => id)
  return toolCallId === null ? ids : [...ids, toolCallId]
}

/** The messages as an upstream is given them. */
export function withShortIds(messages: JsonArray): JsonArray {
  return messages.map((message) => {
    if (!isJsonObject(message)) return message
    const changed: Record<string, JsonValue> = { ...message }
    if (typeof message.tool_call_id === 'string') changed.tool_call_id = shortId(message.tool_call_id)
    if (Array.isArray(message.tool_calls))
      changed.tool_calls = listOf(message.tool_calls).map((call) =>
        isJsonObject(call) && typeof call.id === 'string' ? { ...call, id: shortId(call.id) } : call,
      )
    return changed
  })
}

function shortId(id: string): string {
  const number = form.exec(id)?.[2]
  return number === undefined ? id : `call_${number}`
}

/** An answer's own JSON with the ids of its calls replaced, in their order. */
export function withCallIds(answer: JsonObject, mint: (position: number) => string): JsonObject {
  let position = 0
  const choices = listOf(answer.choices).map((choice) => {
    if (!isJsonObject(choice) || !isJsonObject(choice.message)) return choice
    const { message } = choice
    if (!Array.isArray(message.tool_calls)) return choice
    const calls = listOf(message.tool_calls).map((call) =>
      isJsonObject(call) ? { ...call, id: mint(position++) } : call,
    )
    return { ...choice, message: { ...message, tool_calls: calls } }
  })
  return { ...answer, choices }
}
