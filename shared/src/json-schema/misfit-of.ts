/**
 * Holds a value against a schema and tells the first place where it does not fit, or null. The place is a path of property
 * names and positions and nothing of the value itself: an answer is a caller's text.
 *
 * Patterns are the caller's own regular expressions, and the standard's engine may take exponential time over them. So whoever
 * asks brings the matcher; the one of constrained decoding takes linear time.
 */
import type { JsonArray, JsonObject, JsonValue } from '../chat/json.ts'
import { isJsonObject } from '../wire/json-object.ts'
import { sameJson } from './same-json.ts'
import type { NodeIndex, Schema, SchemaNode } from './schema.ts'
import { nodeOf } from './schema.ts'
import { hasForm } from './text-forms.ts'

/** Where a value does not fit, and what would. */
export type Misfit = { readonly path: string; readonly wanted: string }

/** Whether a text matches a pattern somewhere in it. */
export type PatternMatcher = (pattern: string, text: string) => boolean

type OfKind<Kind extends SchemaNode['kind']> = Extract<SchemaNode, { readonly kind: Kind }>

/** The most steps that checking one value may take: alternatives inside of alternatives multiply. */
const mostSteps = 200_000

/** A schema that contains itself takes any depth, and what is written without end may be deeper than the stack. */
const mostDepth = 500

export function misfitOf(schema: Schema, value: JsonValue, matches: PatternMatcher): Misfit | null {
  let steps = 0
  let depth = 0

  function at(index: NodeIndex, found: JsonValue, path: string): Misfit | null {
    if (++steps > mostSteps) return { path, wanted: 'a value that can be checked in bounded time' }
    if (depth >= mostDepth) return { path, wanted: `nested at most ${mostDepth} deep` }
    depth++
    const misfit = inside(index, found, path)
    depth--
    return misfit
  }

  function inside(index: NodeIndex, found: JsonValue, path: string): Misfit | null {
    const node = nodeOf(schema, index)
    switch (node.kind) {
      case 'any':
        return null
      case 'never':
        return { path, wanted: 'left out' }
      case 'literals':
        return fits(
          node.values.some((other) => sameJson(other, found)),
          path,
          'one of the listed values',
        )
      case 'null':
        return fits(found === null, path, 'null')
      case 'boolean':
        return fits(typeof found === 'boolean', path, 'true or false')
      case 'string':
        return textAt(node, found, path)
      case 'number':
        return numberAt(node, found, path)
      case 'array':
        return arrayAt(node, found, path)
      case 'object':
        return objectAt(node, found, path)
      case 'any-of':
        return fits(
          node.options.some((option) => at(option, found, path) === null),
          path,
          'one of the alternatives',
        )
      case 'one-of':
        return fits(
          node.options.filter((option) => at(option, found, path) === null).length === 1,
          path,
          'exactly one of the alternatives',
        )
    }
  }

  function textAt(node: OfKind<'string'>, found: JsonValue, path: string): Misfit | null {
    if (typeof found !== 'string') return { path, wanted: 'a string' }
    steps += found.length >> 4
    const length = [...found].length
    if (length < node.minLength) return { path, wanted: `at least ${node.minLength} characters` }
    if (length > node.maxLength) return { path, wanted: `at most ${node.maxLength} characters` }
    if (node.pattern !== null && !matches(node.pattern, found))
      return { path, wanted: 'a text of the pattern' }
    return fits(node.form === null || hasForm(found, node.form), path, `a ${node.form}`)
  }

  function arrayAt(node: OfKind<'array'>, found: JsonValue, path: string): Misfit | null {
    if (!Array.isArray(found)) return { path, wanted: 'a list' }
    const entries = found as JsonArray
    if (entries.length < node.minItems) return { path, wanted: `at least ${node.minItems} entries` }
    if (entries.length > node.maxItems) return { path, wanted: `at most ${node.maxItems} entries` }
    for (const [position, entry] of entries.entries()) {
      const misfit = at(node.first[position] ?? node.rest, entry, `${path}[${position}]`)
      if (misfit !== null) return misfit
    }
    return fits(!node.unique || !hasTwins(entries), path, 'without two equal entries')
  }

  function hasTwins(entries: JsonArray): boolean {
    steps += entries.length * entries.length
    if (steps > mostSteps) return true
    return entries.some((entry, position) =>
      entries.slice(0, position).some((other) => sameJson(entry, other)),
    )
  }

  function objectAt(node: OfKind<'object'>, found: JsonValue, path: string): Misfit | null {
    if (!isJsonObject(found)) return { path, wanted: 'an object' }
    const names = Object.keys(found)
    if (names.length < node.minProperties)
      return { path, wanted: `at least ${node.minProperties} properties` }
    if (names.length > node.maxProperties) return { path, wanted: `at most ${node.maxProperties} properties` }
    for (const property of node.properties) {
      const misfit = propertyAt(property.node, property.required, found, property.name, path)
      if (misfit !== null) return misfit
    }
    const declared = new Set(node.properties.map(({ name }) => name))
    for (const [position, name] of names.entries()) {
      if (declared.has(name)) continue
      const misfit = at(node.additional, found[name]!, `${path}.{${position}}`)
      if (misfit !== null) return misfit
    }
    return null
  }

  function propertyAt(
    node: NodeIndex,
    required: boolean,
    holder: JsonObject,
    name: string,
    path: string,
  ): Misfit | null {
    const below = `${path}.${name}`
    if (!Object.hasOwn(holder, name)) return fits(!required, below, 'there')
    return at(node, holder[name]!, below)
  }

  return at(schema.root, value, '$')
}

function numberAt(node: OfKind<'number'>, found: JsonValue, path: string): Misfit | null {
  if (typeof found !== 'number') return { path, wanted: 'a number' }
  if (node.whole && !Number.isInteger(found)) return { path, wanted: 'a whole number' }
  if (found < node.minimum) return { path, wanted: `at least ${node.minimum}` }
  if (found > node.maximum) return { path, wanted: `at most ${node.maximum}` }
  if (found <= node.above) return { path, wanted: `above ${node.above}` }
  if (found >= node.below) return { path, wanted: `below ${node.below}` }
  return fits(
    node.multipleOf === null || isMultiple(found, node.multipleOf),
    path,
    `a multiple of ${node.multipleOf}`,
  )
}

/** By quotient, with room for the last bits: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, step: number): boolean {
  const times = value / step
  return Math.abs(times - Math.round(times)) <= 1e-9 * Math.max(1, Math.abs(times))
}

function fits(holds: boolean, path: string, wanted: string): Misfit | null {
  return holds ? null : { path, wanted }
}
