/** What `#/a/b` names in a schema. A reference to anywhere else is refused: nothing is fetched for a caller. */
import type { JsonObject, JsonValue } from '../chat/json.ts'
import { NearsideError } from '../fault/nearside-error.ts'

export function resolvePointer(root: JsonValue, reference: JsonValue, at: string): JsonValue {
  if (typeof reference !== 'string' || !/^#(\/|$)/.test(reference)) {
    throw unresolved(at, 'must be a reference into this schema, such as "#/$defs/name"')
  }
  let found: JsonValue | undefined = root
  for (const part of reference.split('/').slice(1)) {
    found = child(found, unescaped(part))
    if (found === undefined) throw unresolved(at, 'names nothing in this schema')
  }
  return found
}

function child(value: JsonValue, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value))
    return /^\d{1,6}$/.test(name) ? (value as readonly JsonValue[])[Number(name)] : undefined
  return Object.hasOwn(value, name) ? (value as JsonObject)[name] : undefined
}

function unescaped(part: string): string {
  const plain = part.includes('%') ? percentDecoded(part) : part
  return plain.replaceAll('~1', '/').replaceAll('~0', '~')
}

function percentDecoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function unresolved(at: string, what: string): NearsideError {
  return new NearsideError('bad-request', `${at}.$ref ${what}.`, { param: `${at}.$ref` })
}
