/**
 * A conversation as chat templates know it: roles, contents, and calls of tools in the shape that Hugging Face's templates
 * read.
 *
 * A message that spells one of the model's control tokens (`<|eot_id|>`) would otherwise end its own turn and speak as
 * somebody else: such spellings are broken up by a character without width, in everything that a caller wrote.
 */
import type { JsonObject, JsonValue } from '@nearside/core'
import type { EngineMessage } from '../engine.ts'

const zeroWidthSpace = '\u200b'

export function templateMessages(
  messages: readonly EngineMessage[],
  controls: readonly string[],
): JsonObject[] {
  return messages.map(({ role, text, toolCalls = [], toolCallId, name }) => ({
    role,
    content: spoken(text, controls),
    ...(name === undefined ? {} : { name: spoken(name, controls) }),
    ...(toolCallId === undefined ? {} : { tool_call_id: spoken(toolCallId, controls) }),
    ...(toolCalls.length === 0
      ? {}
      : {
          tool_calls: toolCalls.map(({ id, name, arguments: given }) => ({
            id: spoken(id, controls),
            type: 'function',
            function: { name: spoken(name, controls), arguments: spokenJson(parsed(given), controls) },
          })),
        }),
  }))
}

export function templateTools(tools: readonly JsonObject[], controls: readonly string[]): JsonValue {
  return tools.length === 0 ? null : spokenJson([...tools], controls)
}

export function spoken(text: string, controls: readonly string[]): string {
  let safe = text
  for (const control of controls) {
    if (control.length > 1 && safe.includes(control)) {
      safe = safe.replaceAll(control, `${control.slice(0, 1)}${zeroWidthSpace}${control.slice(1)}`)
    }
  }
  return safe
}

function spokenJson(value: JsonValue, controls: readonly string[]): JsonValue {
  if (typeof value === 'string') return spoken(value, controls)
  if (Array.isArray(value)) return value.map((entry: JsonValue) => spokenJson(entry, controls))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [spoken(key, controls), spokenJson(entry ?? null, controls)]),
  )
}

/** Templates write arguments as JSON themselves; what is none stays the text that it was. */
function parsed(given: string): JsonValue {
  try {
    return JSON.parse(given) as JsonValue
  } catch {
    return given
  }
}
