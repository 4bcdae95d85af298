/** The keywords of one kind of value, read and checked: strings, numbers, arrays, objects, and lists of literal values. */
import type { JsonObject, JsonValue } from '../chat/json.ts'
import { wrong } from '../wire/fields.ts'
import { isJsonObject } from '../wire/json-object.ts'
import { schemaLimits } from './keywords.ts'
import { sameJson } from './same-json.ts'
import type { NodeIndex, SchemaNode, TextForm } from './schema.ts'

/** What the readers here ask of whoever reads the whole. */
export type Reading = {
  /** The node of a schema inside of another; `path` is told where it is wrong. */
  nodeAt(value: JsonValue, path: string): NodeIndex
  /** Counts the characters of a property's name. */
  named(characters: number, path: string): void
}

const forms: ReadonlySet<string> = new Set<TextForm>([
  'date-time',
  'date',
  'time',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uuid',
  'uri',
])

export function literalsNode(given: JsonValue, beside: JsonObject, at: string): SchemaNode {
  if (!Array.isArray(given)) throw wrong(`${at}.enum`, 'a list')
  const values = given as readonly JsonValue[]
  if (values.length > schemaLimits.literals)
    throw wrong(`${at}.enum`, `at most ${schemaLimits.literals} values`)
  if (JSON.stringify(values).length > schemaLimits.literalCharacters) {
    throw wrong(`${at}.enum`, `at most ${schemaLimits.literalCharacters} characters in all`)
  }
  const allowed =
    beside.enum !== undefined && beside.const !== undefined ? (beside.enum as readonly JsonValue[]) : null
  const typed = values.filter(
    (value) =>
      ofType(value, beside.type) && (allowed === null || allowed.some((other) => sameJson(other, value))),
  )
  return typed.length === 0 ? { kind: 'never' } : { kind: 'literals', values: typed }
}

export function stringNode(value: JsonObject, at: string): SchemaNode {
  const { pattern = null, format = null } = value
  if (pattern !== null && (typeof pattern !== 'string' || pattern.length > schemaLimits.patternCharacters)) {
    throw wrong(
      `${at}.pattern`,
      `a regular expression of at most ${schemaLimits.patternCharacters} characters`,
    )
  }
  if (format !== null && typeof format !== 'string') throw wrong(`${at}.format`, 'a string')
  return {
    kind: 'string',
    minLength: count(value, 'minLength', at, 0),
    maxLength: count(value, 'maxLength', at, Number.POSITIVE_INFINITY),
    pattern,
    // A form that nobody here knows is a remark, as the standard has it.
    form: format !== null && forms.has(format) ? (format as TextForm) : null,
  }
}

export function numberNode(value: JsonObject, whole: boolean, at: string): SchemaNode {
  const multipleOf = bound(value, 'multipleOf', at, null)
  if (multipleOf !== null && multipleOf <= 0) throw wrong(`${at}.multipleOf`, 'above zero')
  return {
    kind: 'number',
    whole,
    minimum: bound(value, 'minimum', at, Number.NEGATIVE_INFINITY),
    maximum: bound(value, 'maximum', at, Number.POSITIVE_INFINITY),
    above: bound(value, 'exclusiveMinimum', at, Number.NEGATIVE_INFINITY),
    below: bound(value, 'exclusiveMaximum', at, Number.POSITIVE_INFINITY),
    multipleOf,
  }
}

export function arrayNode(value: JsonObject, at: string, reading: Reading): SchemaNode {
  const { prefixItems = [], items = true } = value
  if (!Array.isArray(prefixItems)) throw wrong(`${at}.prefixItems`, 'a list of schemas')
  return {
    kind: 'array',
    first: (prefixItems as readonly JsonValue[]).map((entry, index) =>
      reading.nodeAt(entry, `${at}.prefixItems[${index}]`),
    ),
    rest: reading.nodeAt(items, `${at}.items`),
    minItems: count(value, 'minItems', at, 0),
    maxItems: count(value, 'maxItems', at, Number.POSITIVE_INFINITY),
    unique: value.uniqueItems === true,
  }
}

export function objectNode(value: JsonObject, at: string, reading: Reading): SchemaNode {
  const { properties = {}, required = [], additionalProperties = true } = value
  if (!isJsonObject(properties)) throw wrong(`${at}.properties`, 'an object of schemas')
  if (!Array.isArray(required) || required.some((name) => typeof name !== 'string')) {
    throw wrong(`${at}.required`, 'a list of names')
  }
  const needed = new Set(required as readonly string[])
  const names = new Set([...Object.keys(properties), ...needed])
  for (const name of names) reading.named(name.length, `${at}.properties`)
  const named = Object.entries(properties).map(([name, schema], index) => ({
    name,
    node: reading.nodeAt(schema, `${at}.properties[${index}]`),
    required: needed.has(name),
  }))
  const additional = reading.nodeAt(additionalProperties, `${at}.additionalProperties`)
  const undeclared = [...needed].filter((name) => !Object.hasOwn(properties, name))
  return {
    kind: 'object',
    properties: [...named, ...undeclared.map((name) => ({ name, node: additional, required: true }))],
    additional,
    minProperties: count(value, 'minProperties', at, 0),
    maxProperties: count(value, 'maxProperties', at, Number.POSITIVE_INFINITY),
  }
}

function ofType(value: JsonValue, type: JsonValue | undefined): boolean {
  if (type === undefined) return true
  const types: readonly JsonValue[] = Array.isArray(type) ? type : [type]
  if (value === null) return types.includes('null')
  if (Array.isArray(value)) return types.includes('array')
  if (typeof value === 'number') {
    return types.includes('number') || (types.includes('integer') && Number.isInteger(value))
  }
  return types.includes(typeof value)
}

function count(holder: JsonObject, key: string, at: string, otherwise: number): number {
  const value = holder[key]
  if (value === undefined) return otherwise
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  throw wrong(`${at}.${key}`, 'a whole number, zero or more')
}

function bound<T>(holder: JsonObject, key: string, at: string, otherwise: T): number | T {
  const value = holder[key]
  if (value === undefined) return otherwise
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw wrong(`${at}.${key}`, 'a number')
}
