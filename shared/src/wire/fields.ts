/**
 * Looks at the fields of a JSON object that a stranger sent, one by one, and refuses the first that is wrong.
 *
 * Each word here takes the object, the key and the path of the object, and gives back a plain value; a refusal says what
 * would be right in words that follow on "must be", and never repeats the value: it may be somebody's prompt. A field that
 * is null counts as left out, as the SDKs mean it.
 */
import type { JsonArray, JsonObject, JsonValue } from '../chat/json.ts'
import { NearsideError } from '../fault/nearside-error.ts'
import { isJsonObject } from './json-object.ts'

export function wrong(param: string, wanted: string): NearsideError {
  return new NearsideError('bad-request', `${param} must be ${wanted}.`, { param })
}

export function pathOf(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

export function textIn(holder: JsonObject, key: string, path: string, wanted = 'a string'): string {
  const value = holder[key]
  if (typeof value === 'string') return value
  throw wrong(pathOf(path, key), wanted)
}

/** A string that names something. */
export function nameIn(holder: JsonObject, key: string, path: string): string {
  const value = holder[key]
  if (typeof value === 'string' && value !== '') return value
  throw wrong(pathOf(path, key), 'a string that is not empty')
}

export function objectIn(holder: JsonObject, key: string, path: string): JsonObject {
  const value = holder[key]
  if (isJsonObject(value)) return value
  throw wrong(pathOf(path, key), 'an object')
}

/** A list, measured before its entries are read: a bomb costs no more than counting it. */
export function listIn(holder: JsonObject, key: string, path: string, low: number, high: number): JsonArray {
  const value = holder[key]
  if (Array.isArray(value) && value.length >= low && value.length <= high) return value as JsonArray
  throw wrong(pathOf(path, key), `a list of ${low} to ${high} entries`)
}

export function entryOf(list: JsonArray, index: number, path: string): JsonObject {
  const value = list[index]
  if (isJsonObject(value)) return value
  throw wrong(`${path}[${index}]`, 'an object')
}

export function optionalText(holder: JsonObject, key: string, path: string): string | null {
  return holder[key] == null ? null : textIn(holder, key, path)
}

export function optionalFlag(holder: JsonObject, key: string, path: string): boolean | null {
  const value = holder[key] ?? null
  if (value === null || typeof value === 'boolean') return value
  throw wrong(pathOf(path, key), 'true or false')
}

export function optionalNumber(holder: JsonObject, key: string, low: number, high: number): number | null {
  const value = holder[key] ?? null
  if (value === null || isWithin(value, low, high)) return value
  throw wrong(key, `a number from ${low} to ${high}`)
}

export function optionalWhole(holder: JsonObject, key: string, low: number, high: number): number | null {
  const value = holder[key] ?? null
  if (value === null || (isWithin(value, low, high) && Number.isInteger(value))) return value
  throw wrong(key, `a whole number from ${low} to ${high}`)
}

function isWithin(value: JsonValue, low: number, high: number): value is number {
  return typeof value === 'number' && value >= low && value <= high
}
