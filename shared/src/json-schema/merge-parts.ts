/**
 * `allOf`, and a `$ref` with neighbours, say several things of one value. The parts are put together into one object of
 * keywords before it is read: the narrower bound of two, the types that both allow, the properties of both. What cannot be
 * put together by keywords alone is refused, since half of it would be no schema of the caller's.
 */
import type { JsonObject, JsonValue } from '../chat/json.ts'
import { NearsideError } from '../fault/nearside-error.ts'
import { isJsonObject } from '../wire/json-object.ts'
import { isRemark } from './keywords.ts'
import { sameJson } from './same-json.ts'

export function mergeParts(parts: readonly JsonObject[], path: string): JsonObject {
  return parts.reduce((one, other) => mergeTwo(one, other, path), {})
}

function mergeTwo(one: JsonObject, other: JsonObject, path: string): JsonObject {
  const merged: Record<string, JsonValue> = Object.create(null)
  for (const [keyword, value] of Object.entries(one)) if (!isRemark(keyword)) merged[keyword] = value
  for (const [keyword, value] of Object.entries(other)) {
    if (isRemark(keyword)) continue
    const before = merged[keyword]
    merged[keyword] = before === undefined ? value : both(keyword, before, value, path)
  }
  if (isJsonObject(one.properties) || isJsonObject(other.properties)) {
    merged.properties = propertiesOfBoth(one, other)
  }
  return merged
}

function both(keyword: string, one: JsonValue, other: JsonValue, path: string): JsonValue {
  if (sameJson(one, other)) return one
  switch (keyword) {
    case 'minimum':
    case 'exclusiveMinimum':
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      if (typeof one === 'number' && typeof other === 'number') return Math.max(one, other)
      break
    case 'maximum':
    case 'exclusiveMaximum':
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
      if (typeof one === 'number' && typeof other === 'number') return Math.min(one, other)
      break
    case 'uniqueItems':
      return one === true || other === true
    case 'nullable':
      return one === true && other === true
    case 'type':
      return listed(one).flatMap((type) => narrowed(type, listed(other)))
    case 'required':
      return [...new Set([...listed(one), ...listed(other)])]
    case 'enum':
      return listed(one).filter((value) => includes(listed(other), value))
    case 'properties':
      return one
    case 'items':
    case 'additionalProperties':
      return bothHold(one, other)
  }
  throw new NearsideError('bad-request', `${path} says "${keyword}" twice in ways that cannot be joined.`, {
    param: path,
  })
}

/** A property that only one part names must be what the other says of properties that it does not name. */
function propertiesOfBoth(one: JsonObject, other: JsonObject): JsonObject {
  const ofOne = propertiesIn(one)
  const ofOther = propertiesIn(other)
  const joined: Record<string, JsonValue> = Object.create(null)
  for (const name of new Set([...Object.keys(ofOne), ...Object.keys(ofOther)])) {
    joined[name] = bothHold(
      Object.hasOwn(ofOne, name) ? ofOne[name]! : (one.additionalProperties ?? true),
      Object.hasOwn(ofOther, name) ? ofOther[name]! : (other.additionalProperties ?? true),
    )
  }
  return joined
}

function bothHold(one: JsonValue, other: JsonValue): JsonValue {
  if (one === false || other === false) return false
  if (one === true) return other
  if (other === true) return one
  return { allOf: [one, other] }
}

/** A whole number is a number, so of "number" and "integer" the second is left. */
function narrowed(type: JsonValue, others: readonly JsonValue[]): readonly JsonValue[] {
  if (others.includes(type)) return [type]
  if (type === 'integer' && others.includes('number')) return [type]
  return type === 'number' && others.includes('integer') ? ['integer'] : []
}

function propertiesIn(part: JsonObject): JsonObject {
  return isJsonObject(part.properties) ? part.properties : {}
}

function listed(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [value]
}

function includes(list: readonly JsonValue[], value: JsonValue): boolean {
  return list.some((other) => sameJson(other, value))
}
