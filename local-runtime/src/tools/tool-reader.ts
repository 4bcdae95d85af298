/**
 * Finds calls in what a model says, while it says it. Text goes on at once; what may be the beginning of a call waits until
 * it is one. What looked like a call and names no tool that was offered, or is no JSON, was text after all and is let go
 * as such: nothing that a model said is swallowed.
 */
import type { JsonObject, JsonValue } from '@nearside/core'
import { misfitOf } from '@nearside/core'
import { patternMatcher } from '../constraint/matches-pattern.ts'
import type { ToolDialect } from './dialect.ts'
import type { Tool } from './tool.ts'

export type FoundCall = {
  readonly name: string
  /** JSON text, as OpenAI's wire carries it. */
  readonly arguments: string
  /** Whether the arguments fit the shape that the tool declares. */
  readonly fits: boolean
}

export type ToolReading = { readonly text: string; readonly calls: readonly FoundCall[] }

export type ToolReader = {
  push(text: string): ToolReading
  /** What was still waiting when the model ended. */
  end(): ToolReading
}

export function toolReader(dialect: ToolDialect, tools: readonly Tool[]): ToolReader {
  return dialect.open === '' ? bareReader(dialect, tools) : markedReader(dialect, tools)
}

function markedReader(dialect: ToolDialect, tools: readonly Tool[]): ToolReader {
  const { open, close } = dialect
  let held = ''
  let inside = false

  function push(piece: string): ToolReading {
    held += piece
    let text = ''
    const calls: FoundCall[] = []
    for (;;) {
      const mark = inside ? close : open
      const at = held.indexOf(mark)
      if (at < 0) break
      const before = held.slice(0, at)
      held = held.slice(at + mark.length)
      const found = inside ? callsIn(before, dialect, tools) : null
      if (found !== null) calls.push(...found)
      else text += inside ? `${open}${before}${close}` : before
      inside = !inside
    }
    if (!inside) {
      const kept = beginning(open, held)
      text += held.slice(0, held.length - kept)
      held = held.slice(held.length - kept)
    }
    return { text: calls.length > 0 || betweenCalls(text) ? trimmed(text) : text, calls }
  }

  let anyCall = false
  /** Calls stand on lines of their own; the line ends between them are no text. */
  function betweenCalls(text: string): boolean {
    return anyCall && text.trim() === ''
  }

  function trimmed(text: string): string {
    return text.trim() === '' ? '' : text
  }

  return {
    push(piece) {
      const reading = push(piece)
      if (reading.calls.length > 0) anyCall = true
      return reading
    },
    end() {
      const rest = held
      held = ''
      if (!inside) return { text: betweenCalls(rest) ? '' : rest, calls: [] }
      inside = false
      // The end of a turn stands for the closing mark that a model forgot.
      const found = callsIn(rest, dialect, tools)
      return found === null ? { text: `${open}${rest}`, calls: [] } : { text: '', calls: found }
    },
  }
}

/** An answer that begins with a brace waits to its end: only then it is known to be a call. */
function bareReader(dialect: ToolDialect, tools: readonly Tool[]): ToolReader {
  let held = ''
  let isText = false
  return {
    push(piece) {
      if (isText) return { text: piece, calls: [] }
      held += piece
      const start = held.trimStart()
      if (start === '' || start.startsWith('{')) return { text: '', calls: [] }
      isText = true
      const text = held
      held = ''
      return { text, calls: [] }
    },
    end() {
      const rest = held
      held = ''
      const found = callsIn(rest, dialect, tools)
      return found === null ? { text: rest, calls: [] } : { text: '', calls: found }
    },
  }
}

function callsIn(text: string, dialect: ToolDialect, tools: readonly Tool[]): readonly FoundCall[] | null {
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    return null
  }
  const entries: readonly JsonValue[] = Array.isArray(value) ? value : [value]
  const calls = entries.map((entry) => callIn(entry, dialect, tools))
  return calls.length > 0 && calls.every((call) => call !== null) ? calls : null
}

function callIn(entry: JsonValue, dialect: ToolDialect, tools: readonly Tool[]): FoundCall | null {
  if (!isObject(entry)) return null
  const tool = tools.find(({ name }) => name === entry.name)
  const other = dialect.argumentsKey === 'arguments' ? 'parameters' : 'arguments'
  const given = parsed(entry[dialect.argumentsKey] ?? entry[other] ?? {})
  return tool === undefined ? null : checkedCall(tool, given)
}

function checkedCall(tool: Tool, given: JsonValue): FoundCall | null {
  if (!isObject(given)) return null
  return {
    name: tool.name,
    arguments: JSON.stringify(given),
    fits: misfitOf(tool.parameters, given, patternMatcher()) === null,
  }
}

/** A call that came as one, held to the same: null where it names no tool that was offered, or its arguments are no object. */
export function readCall(
  { name, arguments: given }: { readonly name: string; readonly arguments: string },
  tools: readonly Tool[],
): FoundCall | null {
  const tool = tools.find((offered) => offered.name === name)
  // Servers write nothing at all for a call without arguments.
  return tool === undefined ? null : checkedCall(tool, given.trim() === '' ? {} : parsed(given))
}

/** Some models write the arguments as a text of JSON, as the wire has them. */
function parsed(value: JsonValue): JsonValue {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value) as JsonValue
  } catch {
    return value
  }
}

/** How long an end of `text` is that could still become the mark. */
function beginning(mark: string, text: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return length
  }
  return 0
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
