/**
 * One text for each JSON value: members in the order of their names, no spaces. Two bodies that mean the same object have
 * the same text, however their client wrote them; a list keeps its order, because order means something there.
 */
import type { JsonValue } from '../chat/json.ts'
import { isJsonObject } from '../wire/json-object.ts'

export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`)
  return `{${members.join(',')}}`
}
