/** The functions that a caller offers, read from the request: names, what they are for, and the shape of their arguments. */
import type { JsonObject, JsonValue, Schema } from '@nearside/core'
import { isNearsideError, NearsideError, readSchema } from '@nearside/core'
import { schemaRule } from '../constraint/schema-rules.ts'

export type Tool = {
  readonly name: string
  /** What the caller wrote about the tool: goes into the model's template as it is. */
  readonly declared: JsonObject
  readonly parameters: Schema
}

/** What may be called: nothing, whatever the model likes, something at least, or one tool by name. */
export type ToolChoice =
  | { readonly type: 'none' | 'auto' | 'required' }
  | { readonly type: 'named'; readonly name: string }

const mostTools = 128

/** Of all shapes together, as many as one schema may have: they are read where everybody's requests are answered. */
const mostParts = 5_000
const anyArguments: JsonValue = { type: 'object' }

export function readTools(given: JsonValue | undefined): readonly Tool[] {
  if (given === undefined || given === null) return []
  if (!Array.isArray(given) || given.length > mostTools)
    throw wrong('tools', `a list of at most ${mostTools}`)
  let parts = 0
  const tools = given.map((entry: JsonValue, index) => {
    const tool = readTool(entry, `tools[${index}]`)
    parts += tool.parameters.nodes.length
    if (parts > mostParts) throw wrong('tools', `shapes of at most ${mostParts} parts in all`)
    return tool
  })
  const names = new Set(tools.map(({ name }) => name))
  if (names.size < tools.length) throw wrong('tools', 'a list in which no name comes twice')
  return tools
}

function readTool(entry: JsonValue, path: string): Tool {
  if (!isObject(entry) || entry.type !== 'function' || !isObject(entry.function)) {
    throw wrong(path, 'a function: {"type":"function","function":{"name":…}}')
  }
  const { name, parameters = anyArguments } = entry.function
  if (typeof name !== 'string' || !/^[\w.-]{1,64}$/.test(name)) {
    throw wrong(`${path}.function.name`, 'up to 64 letters, digits, dots, dashes and underscores')
  }
  return {
    name,
    declared: entry,
    parameters: readShape(parameters ?? anyArguments, `${path}.function.parameters`),
  }
}

/** A shape that no model can be held to is refused before it is offered, and not when the model calls. */
function readShape(given: JsonValue, path: string): Schema {
  const schema = readSchema(given, path)
  try {
    schemaRule(schema)
  } catch (cause) {
    if (!isNearsideError(cause)) throw cause
    const message = `${path} cannot be kept to: ${cause.message}`
    throw new NearsideError('bad-request', message, { param: path, cause })
  }
  return schema
}

export function readToolChoice(given: JsonValue | undefined, tools: readonly Tool[]): ToolChoice {
  if (given === undefined || given === null) return { type: tools.length === 0 ? 'none' : 'auto' }
  if (given === 'none') return { type: 'none' }
  if (given === 'auto' || given === 'required') {
    if (tools.length === 0) throw wrong('tool_choice', 'left out where there are no tools')
    return { type: given }
  }
  const name = isObject(given) && isObject(given.function) ? given.function.name : null
  if (typeof name !== 'string' || !tools.some((tool) => tool.name === name)) {
    throw wrong('tool_choice', 'none, auto, required, or one of the tools by name')
  }
  return { type: 'named', name }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wrong(param: string, wanted: string): NearsideError {
  return new NearsideError('bad-request', `${param} must be ${wanted}.`, { param })
}
