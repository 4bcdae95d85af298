/**
 * Which nodes of a schema have any value at all. One that requires itself has none, nor has one that requires what is never
 * allowed; a model that was led into it could only go on for ever. So such ways are not opened.
 */
import type { NodeIndex, Schema, SchemaNode } from '@nearside/core'

export function fillable(schema: Schema): (index: NodeIndex) => boolean {
  const known = schema.nodes.map(() => false)
  const holds = (index: NodeIndex): boolean => known[index] === true

  // A node is found to have a value once those that it needs were; what is never found has none.
  for (let changed = true; changed; ) {
    changed = false
    for (const [index, node] of schema.nodes.entries()) {
      if (known[index] || !hasValue(node, holds)) continue
      known[index] = true
      changed = true
    }
  }
  return holds
}

function hasValue(node: SchemaNode, holds: (index: NodeIndex) => boolean): boolean {
  switch (node.kind) {
    case 'never':
      return false
    case 'array':
      for (let place = 0; place < node.minItems; place++) {
        if (!holds(node.first[place] ?? node.rest)) return false
        if (place >= node.first.length) break
      }
      return node.minItems <= node.maxItems
    case 'object':
      return node.properties.every((property) => !property.required || holds(property.node))
    case 'any-of':
    case 'one-of':
      return node.options.some(holds)
    case 'string':
      return node.minLength <= node.maxLength
    default:
      return true
  }
}
