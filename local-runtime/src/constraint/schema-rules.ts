/**
 * A schema as rules: texts of JSON that fit it, all of one shape. Properties come in the order in which the schema names them,
 * as OpenAI's structured outputs do, and where properties are named no others are written unless the schema says what they
 * are: every text made this way fits, though not every text that fits is made.
 *
 * What rules of this kind cannot say (bounds of fractions, multiples, twins in a list, counts of properties) the check behind
 * the answer says.
 */
import type { JsonValue, NodeIndex, Schema, SchemaNode } from '@nearside/core'
import { formPatterns, NearsideError, nodeOf } from '@nearside/core'
import { fillable } from './fillable.ts'
import { anyCharacter, anyValue, colon, comma, gap, quoted, spelledCharacter } from './json-rules.ts'
import { anyNumber, wholeNumber } from './number-rules.ts'
import { otherName } from './other-name.ts'
import { patternRule } from './pattern-rules.ts'
import type { Rule, Sequence } from './rule.ts'
import { choice, literal, oneText, repeat, rule, sequence } from './rule.ts'

type OfKind<Kind extends SchemaNode['kind']> = Extract<SchemaNode, { readonly kind: Kind }>

export function schemaRule(schema: Schema): Rule {
  const rules = new Map<NodeIndex, Rule>()
  const hasValue = fillable(schema)
  if (!hasValue(schema.root)) {
    throw new NearsideError('bad-request', 'No value fits the schema.', { param: 'response_format' })
  }

  /** Made when it is reached, so a schema may contain itself. */
  function valueRule(index: NodeIndex): Rule {
    const known = rules.get(index)
    if (known !== undefined) return known
    const made = rule(() => {
      return [[ofNode(nodeOf(schema, index))]]
    })
    rules.set(index, made)
    return made
  }

  function ofNode(node: SchemaNode): Rule {
    switch (node.kind) {
      case 'any':
        return anyValue
      case 'never':
        return choice([])
      case 'null':
        return literal('null')
      case 'boolean':
        return choice([literal('true'), literal('false')])
      case 'literals':
        return oneText(node.values.map((value: JsonValue) => JSON.stringify(value)))
      case 'string':
        return textRule(node)
      case 'number':
        return node.whole ? wholeNumber(node) : anyNumber(node)
      case 'array':
        return arrayRule(node)
      case 'object':
        return objectRule(node)
      case 'any-of':
      case 'one-of':
        return choice(node.options.filter(hasValue).map(valueRule))
    }
  }

  function arrayRule(node: OfKind<'array'>): Rule {
    // Behind this place all entries are alike, so an endless list is one rule.
    const alikeFrom = Math.max(node.first.length, node.minItems) + 1
    const known = new Map<number, Rule>()

    function from(position: number): Rule {
      const place = node.maxItems === Number.POSITIVE_INFINITY ? Math.min(position, alikeFrom) : position
      const seen = known.get(place)
      if (seen !== undefined) return seen
      const made = rule(() => {
        const entry = node.first[place] ?? node.rest
        const ends: Sequence[] = place >= node.minItems ? [[]] : []
        if (place >= node.maxItems || !hasValue(entry)) return ends
        const goesOn = [...(place > 0 ? [comma] : []), valueRule(entry), from(place + 1)]
        return [goesOn, ...ends]
      })
      known.set(place, made)
      return made
    }

    return sequence(literal('['), gap, from(0), gap, literal(']'))
  }

  function objectRule(node: OfKind<'object'>): Rule {
    const { properties, additional } = node
    const names = properties.map(({ name }) => name)
    const isFree = nodeOf(schema, additional).kind === 'any'
    const open = hasValue(additional) && (properties.length === 0 || !isFree)
    const extra = sequence(otherName(names), colon, valueRule(additional))
    const known = new Map<string, Rule>()

    /** The properties from a place on; `begun` says whether a comma is due. */
    function from(place: number, begun: boolean): Rule {
      const name = `${place},${begun}`
      const seen = known.get(name)
      if (seen !== undefined) return seen
      const made = rule(() => {
        const due = begun ? [comma] : []
        const property = properties[place]
        if (property === undefined) return open ? [[...due, extra, from(place, true)], []] : [[]]
        if (!hasValue(property.node)) return [[from(place + 1, begun)]]
        const key = literal(JSON.stringify(property.name))
        const written = [...due, key, colon, valueRule(property.node), from(place + 1, true)]
        return property.required ? [written] : [written, [from(place + 1, begun)]]
      })
      known.set(name, made)
      return made
    }

    return sequence(literal('{'), gap, from(0, false), gap, literal('}'))
  }

  // What is wrong with a pattern or a bound is told before the first token, not in the middle of an answer.
  for (const [index, node] of schema.nodes.entries()) {
    if (node.kind !== 'string' && node.kind !== 'number') continue
    const made = ofNode(node)
    rules.set(
      index,
      rule(() => [[made]]),
    )
  }
  return sequence(gap, valueRule(schema.root))
}

function textRule(node: OfKind<'string'>): Rule {
  const pattern = node.pattern ?? (node.form === null ? null : formPatterns[node.form])
  if (pattern !== null) return quoted(patternRule(pattern, spelledCharacter))
  return quoted(repeat(anyCharacter, node.minLength, node.maxLength))
}
