/**
 * A JSON Schema as plain nodes in a table. Nodes name each other by their place in it, so a schema that contains itself is
 * still a finite value, and whoever walks it needs no names, pointers or merging any more.
 */
import type { JsonValue } from '../chat/json.ts'

/** The place of a node in `Schema.nodes`. */
export type NodeIndex = number

export type TextForm =
  | 'date-time'
  | 'date'
  | 'time'
  | 'duration'
  | 'email'
  | 'hostname'
  | 'ipv4'
  | 'ipv6'
  | 'uuid'
  | 'uri'

export type SchemaProperty = {
  readonly name: string
  readonly node: NodeIndex
  readonly required: boolean
}

export type SchemaNode =
  | { readonly kind: 'any' }
  | { readonly kind: 'never' }
  | { readonly kind: 'literals'; readonly values: readonly JsonValue[] }
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean' }
  | {
      readonly kind: 'string'
      readonly minLength: number
      /** Infinity where there is no bound; so for every other upper bound here. */
      readonly maxLength: number
      readonly pattern: string | null
      readonly form: TextForm | null
    }
  | {
      readonly kind: 'number'
      readonly whole: boolean
      readonly minimum: number
      readonly maximum: number
      readonly above: number
      readonly below: number
      readonly multipleOf: number | null
    }
  | {
      readonly kind: 'array'
      /** The first entries, each with a node of its own. */
      readonly first: readonly NodeIndex[]
      /** All entries after those. */
      readonly rest: NodeIndex
      readonly minItems: number
      readonly maxItems: number
      readonly unique: boolean
    }
  | {
      readonly kind: 'object'
      readonly properties: readonly SchemaProperty[]
      /** What any other property must be. */
      readonly additional: NodeIndex
      readonly minProperties: number
      readonly maxProperties: number
    }
  | { readonly kind: 'any-of'; readonly options: readonly NodeIndex[] }
  /** Exactly one of them: a generator may take any, a validator counts. */
  | { readonly kind: 'one-of'; readonly options: readonly NodeIndex[] }

export type Schema = { readonly nodes: readonly SchemaNode[]; readonly root: NodeIndex }

export function nodeOf(schema: Schema, index: NodeIndex): SchemaNode {
  return schema.nodes[index]!
}
