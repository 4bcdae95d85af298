/**
 * What a conversation shows of trouble, without knowing the task: the same call again and again, one tool that keeps failing,
 * and how long it has become. It is read from the transcript each time, so that nothing has to be kept.
 */
import type { ChatMessage, ToolCall } from '../chat/chat-request.ts'
import { isJsonObject } from '../wire/json-object.ts'

export type Trouble = {
  /** How many of the latest calls are the same as the last one, arguments included. */
  readonly repeats: number
  /** How often the tool of the last result has failed without having worked in between. */
  readonly failures: number
}

/** So far back a loop of two or three different calls still shows. */
const window = 8

export function troubleIn(messages: readonly ChatMessage[]): Trouble {
  const calls = messages.flatMap(({ toolCalls }) => toolCalls)
  const latest = calls.slice(-window)
  const last = latest.at(-1)
  return {
    repeats: last === undefined ? 0 : latest.filter((call) => isSame(call, last)).length,
    failures: failuresOf(messages, calls),
  }
}

function isSame(one: ToolCall, other: ToolCall): boolean {
  return one.name === other.name && canonical(one.arguments) === canonical(other.arguments)
}

/** Space between the words of JSON says nothing. */
function canonical(given: string): string {
  try {
    return JSON.stringify(JSON.parse(given))
  } catch {
    return given.trim()
  }
}

function failuresOf(messages: readonly ChatMessage[], calls: readonly ToolCall[]): number {
  const names = new Map(calls.map(({ id, name }) => [id, name]))
  const results = messages.filter(({ role, toolCallId }) => role === 'tool' && toolCallId !== null)
  const nameOf = ({ toolCallId }: ChatMessage): string => names.get(toolCallId ?? '') ?? ''
  const last = results.at(-1)
  if (last === undefined) return 0
  let failures = 0
  for (let at = results.length - 1; at >= 0; at--) {
    const result = results[at]!
    if (nameOf(result) !== nameOf(last)) continue
    if (!isFailure(result.text)) break
    failures++
  }
  return failures
}

/** As tools say it: a first word, or a field. Another way of failing is a result like any other. */
export function isFailure(result: string): boolean {
  const text = result.trim()
  if (/^(?:\w*(?:error|exception)\b|traceback \(|failed\b|failure\b|fatal\b)/i.test(text.slice(0, 200)))
    return true
  if (!text.startsWith('{') || text.length > 100_000) return false
  try {
    const value = JSON.parse(text)
    if (!isJsonObject(value)) return false
    const { error, success, ok, isError, is_error: alsoError } = value
    const flagged = error !== undefined && error !== null && error !== false && error !== ''
    return flagged || success === false || ok === false || isError === true || alsoError === true
  } catch {
    return false
  }
}
