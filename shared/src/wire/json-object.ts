/** Looks at JSON values of unknown shape. */
import type { JsonArray, JsonObject, JsonValue } from '../chat/json.ts'

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value as a list; a value that is none is an empty one. */
export function listOf(value: JsonValue | undefined): JsonArray {
  return Array.isArray(value) ? (value as JsonArray) : []
}

export function stringOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}
