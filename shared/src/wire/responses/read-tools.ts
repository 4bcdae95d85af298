/**
 * Reads the tools of a Responses request, and which of them are to be used, as a chat request has them.
 *
 * Only tools that the caller itself carries out are there: what OpenAI carries out on its own side (a search of the web or of
 * files, a computer, an interpreter) no chat model can do.
 */
import type { JsonObject, JsonValue } from '../../chat/json.ts'
import { entryOf, listIn, nameIn, objectIn, wrong } from '../fields.ts'
import { isJsonObject } from '../json-object.ts'
import { requestLimits } from '../request-limits.ts'

export function toolsOf(body: JsonObject): readonly JsonObject[] {
  if (body.tools == null) return []
  const list = listIn(body, 'tools', '', 0, requestLimits.tools)
  return list.map((_, index) => {
    const tool = entryOf(list, index, 'tools')
    const path = `tools[${index}]`
    const { type, format, ...declared } = tool
    if (type === 'function') {
      nameIn(tool, 'name', path)
      return { type, function: declared }
    }
    if (type === 'custom') {
      nameIn(tool, 'name', path)
      return { type, custom: { ...declared, ...(format == null ? {} : { format: grammarOf(tool, path) }) } }
    }
    throw wrong(
      `${path}.type`,
      'function or custom: tools that OpenAI carries out itself are not served here',
    )
  })
}

function grammarOf(tool: JsonObject, path: string): JsonObject {
  const { type, ...grammar } = objectIn(tool, 'format', path)
  if (type === 'text') return { type }
  if (type === 'grammar') return { type, grammar }
  throw wrong(`${path}.format.type`, 'text or grammar')
}

export function toolChoiceOf(body: JsonObject): JsonValue | null {
  const choice = body.tool_choice ?? null
  if (choice === null) return null
  if (typeof choice === 'string') {
    if (choice === 'none' || choice === 'auto' || choice === 'required') return choice
    throw wrong('tool_choice', 'none, auto or required, or an object')
  }
  if (!isJsonObject(choice)) throw wrong('tool_choice', 'none, auto or required, or an object')
  if (choice.type !== 'allowed_tools') return named(choice, 'tool_choice')
  const list = listIn(choice, 'tools', 'tool_choice', 1, requestLimits.tools)
  const tools = list.map((_, index) =>
    named(entryOf(list, index, 'tool_choice.tools'), `tool_choice.tools[${index}]`),
  )
  return {
    type: 'allowed_tools',
    allowed_tools: { mode: nameIn(choice, 'mode', 'tool_choice'), tools },
  }
}

function named(tool: JsonObject, path: string): JsonObject {
  const { type } = tool
  if (type !== 'function' && type !== 'custom') throw wrong(`${path}.type`, 'function or custom')
  return { type, [type]: { name: nameIn(tool, 'name', path) } }
}
