/**
 * Reads a caller's JSON Schema into plain nodes, once, and refuses by name what it would otherwise pass over.
 *
 * A place in the text is read once, however often it is referred to, so a schema that contains itself comes to an end. What
 * merging makes anew has no place in the text, and parts that refer to parts twice each double with every step: bounds on
 * nodes and on joins end that.
 */
import type { JsonObject, JsonValue } from '../chat/json.ts'
import { NearsideError } from '../fault/nearside-error.ts'
import { wrong } from '../wire/fields.ts'
import { isJsonObject } from '../wire/json-object.ts'
import { isKept, isRemark, schemaLimits } from './keywords.ts'
import { mergeParts } from './merge-parts.ts'
import type { Reading } from './read-node.ts'
import { arrayNode, literalsNode, numberNode, objectNode, stringNode } from './read-node.ts'
import { resolvePointer } from './resolve-pointer.ts'
import type { NodeIndex, Schema, SchemaNode } from './schema.ts'

const any: SchemaNode = { kind: 'any' }
const never: SchemaNode = { kind: 'never' }
const typeNames = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'] as const
type TypeName = (typeof typeNames)[number]

/** `path` is where the schema stands in the request: errors name places below it. */
export function readSchema(given: JsonValue, path: string): Schema {
  const nodes: SchemaNode[] = []
  const places = new Map<JsonValue, NodeIndex>()
  let depth = 0
  let joins = 0
  let nameCharacters = 0

  const reading: Reading = {
    nodeAt(value, at) {
      const seen = typeof value === 'object' ? places.get(value) : undefined
      if (seen !== undefined) return seen
      if (nodes.length >= schemaLimits.nodes) throw refused(at, `more than ${schemaLimits.nodes} parts`)
      if (depth >= schemaLimits.depth) throw refused(at, `nested more than ${schemaLimits.depth} deep`)
      const index = nodes.push(never) - 1
      if (typeof value === 'object') places.set(value, index)
      depth++
      nodes[index] = read(value, at)
      depth--
      return index
    },
    named(characters, at) {
      nameCharacters += characters
      if (nameCharacters > schemaLimits.nameCharacters)
        throw refused(at, `names of more than ${schemaLimits.nameCharacters} characters in all`)
    },
  }

  function read(value: JsonValue, at: string): SchemaNode {
    if (value === true) return any
    if (value === false) return never
    if (!isJsonObject(value)) throw wrong(at, 'a schema: an object, true or false')
    refuseUnknown(value, at)
    const joined = joinedParts(value, at)
    if (joined !== null) return read(joined, at)
    if (value.anyOf !== undefined) return choice('any-of', value, 'anyOf', at)
    if (value.oneOf !== undefined) return choice('one-of', value, 'oneOf', at)
    if (value.const !== undefined) return literalsNode([value.const], value, at)
    if (value.enum !== undefined) return literalsNode(value.enum, value, at)
    return ofTypes(value, at)
  }

  /** One object of keywords in place of `$ref` and `allOf`; null where there are none. */
  function joinedParts(value: JsonObject, at: string): JsonObject | null {
    if (value.$ref === undefined && value.allOf === undefined) return null
    const parts: JsonObject[] = []
    collect(value, parts, new Set(), at)
    return mergeParts(parts, at)
  }

  function collect(value: JsonValue, parts: JsonObject[], under: Set<JsonValue>, at: string): void {
    if (value === true) return
    if (value === false) {
      parts.push({ enum: [] })
      return
    }
    if (!isJsonObject(value)) throw wrong(at, 'a schema: an object, true or false')
    if (under.has(value)) throw refused(at, 'a reference that leads back to itself and nowhere else')
    if (under.size >= schemaLimits.depth) throw refused(at, `nested more than ${schemaLimits.depth} deep`)
    if (parts.length >= schemaLimits.parts) throw refused(at, `more than ${schemaLimits.parts} parts in one`)
    joins += 1 + (isJsonObject(value.properties) ? Object.keys(value.properties).length : 0)
    if (joins > schemaLimits.joins) throw refused(at, 'parts that are joined so often')
    under.add(value)
    refuseUnknown(value, at)
    const { $ref: reference, allOf: all, ...rest } = value
    if (reference !== undefined) collect(resolvePointer(given, reference, at), parts, under, at)
    if (all !== undefined) {
      for (const [index, part] of listOf(all, `${at}.allOf`).entries()) {
        collect(part, parts, under, `${at}.allOf[${index}]`)
      }
    }
    if (Object.keys(rest).length > 0) parts.push(rest)
    under.delete(value)
  }

  function choice(kind: 'any-of' | 'one-of', value: JsonObject, keyword: string, at: string): SchemaNode {
    const { [keyword]: given, ...rest } = value
    const options = listOf(given!, `${at}.${keyword}`)
    const beside = Object.keys(rest).some((key) => !isRemark(key))
    return {
      kind,
      options: options.map((option, index) =>
        reading.nodeAt(beside ? { allOf: [rest, option] } : option, `${at}.${keyword}[${index}]`),
      ),
    }
  }

  function ofTypes(value: JsonObject, at: string): SchemaNode {
    const types = typesOf(value, at)
    if (types === null) return any
    if (types.length === 0) return never
    const made = types.map((type) => ofType(type, value, at))
    if (made.length === 1) return made[0]!
    return { kind: 'any-of', options: made.map((node) => nodes.push(node) - 1) }
  }

  function ofType(type: TypeName, value: JsonObject, at: string): SchemaNode {
    switch (type) {
      case 'null':
      case 'boolean':
        return { kind: type }
      case 'number':
      case 'integer':
        return numberNode(value, type === 'integer', at)
      case 'string':
        return stringNode(value, at)
      case 'array':
        return arrayNode(value, at, reading)
      case 'object':
        return objectNode(value, at, reading)
    }
  }

  return { root: reading.nodeAt(given, path), nodes }
}

/** The types a value may have; null where the schema says nothing that would narrow it. */
function typesOf(value: JsonObject, at: string): readonly TypeName[] | null {
  const given = value.type === undefined ? typeMeant(value) : value.type
  if (given === null) return null
  const types = Array.isArray(given) ? (given as readonly JsonValue[]) : [given]
  for (const type of types) {
    if (!isTypeName(type)) throw wrong(`${at}.type`, `one of ${typeNames.join(', ')}, or a list of them`)
  }
  const names = new Set(types as readonly TypeName[])
  if (value.nullable === true) names.add('null')
  if (names.has('number')) names.delete('integer')
  return [...names]
}

/** Schemas written by hand leave the type out where their keywords speak of one kind of value only. */
function typeMeant(value: JsonObject): JsonValue {
  if (
    value.properties !== undefined ||
    value.required !== undefined ||
    value.additionalProperties !== undefined
  ) {
    return 'object'
  }
  if (value.items !== undefined || value.prefixItems !== undefined) return 'array'
  if (value.pattern !== undefined || value.format !== undefined || value.maxLength !== undefined)
    return 'string'
  if (value.minimum !== undefined || value.maximum !== undefined || value.multipleOf !== undefined)
    return 'number'
  return null
}

function refuseUnknown(value: JsonObject, at: string): void {
  for (const keyword of Object.keys(value)) {
    if (isKept(keyword) || isRemark(keyword)) continue
    throw new NearsideError(
      'bad-request',
      `${at} uses a keyword that cannot be kept to here. Leave it out, or say the same with type, enum, anyOf, properties, items and bounds.`,
      { param: `${at}.${keyword.length <= 32 ? keyword : `${keyword.slice(0, 32)}…`}` },
    )
  }
}

function listOf(value: JsonValue, at: string): readonly JsonValue[] {
  if (Array.isArray(value) && value.length > 0) return value as readonly JsonValue[]
  throw wrong(at, 'a list with at least one schema')
}

function isTypeName(value: JsonValue): value is TypeName {
  return typeNames.includes(value as TypeName)
}

function refused(param: string, what: string): NearsideError {
  return new NearsideError('bad-request', `${param} must not have ${what}.`, { param })
}
