/** Whether two values of JSON are the same; the order of an object's properties does not matter. */
import type { JsonArray, JsonObject, JsonValue } from '../chat/json.ts'

export function sameJson(one: JsonValue, other: JsonValue): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Array.isArray(one) || Array.isArray(other)) {
    return Array.isArray(one) && Array.isArray(other) && sameLists(one, other)
  }
  return sameObjects(one as JsonObject, other as JsonObject)
}

function sameLists(one: JsonArray, other: JsonArray): boolean {
  return one.length === other.length && one.every((entry, at) => sameJson(entry, other[at]!))
}

function sameObjects(one: JsonObject, other: JsonObject): boolean {
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && sameJson(one[name]!, other[name]!))
  )
}
