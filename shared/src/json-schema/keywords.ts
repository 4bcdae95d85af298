/** Which keywords of JSON Schema are understood, and what bounds a caller's schema has. */

/** Says something about a value and is kept to. */
const kept: ReadonlySet<string> = new Set([
  'type',
  'enum',
  'const',
  'anyOf',
  'oneOf',
  'allOf',
  '$ref',
  'properties',
  'required',
  'additionalProperties',
  'minProperties',
  'maxProperties',
  'items',
  'prefixItems',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'nullable',
])

/** Says nothing about a value. */
const remarks: ReadonlySet<string> = new Set([
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'contentEncoding',
  'contentMediaType',
  'discriminator',
  '$schema',
  '$id',
  '$anchor',
  '$comment',
  '$defs',
  'definitions',
])

export function isKept(keyword: string): boolean {
  return kept.has(keyword)
}

export function isRemark(keyword: string): boolean {
  return remarks.has(keyword) || keyword.startsWith('x-')
}

export const schemaLimits = {
  /** Merging and referring can multiply a small text; what it comes to is counted. */
  nodes: 5_000,
  depth: 64,
  /** Of one value, by `allOf` and references. */
  parts: 64,
  /** Parts and their properties, over the whole schema: a few lines of text can ask for 2^60. */
  joins: 20_000,
  literals: 1_000,
  literalCharacters: 65_536,
  /** Of all names of properties together: whoever holds a model to them makes a rule of each character. */
  nameCharacters: 131_072,
  patternCharacters: 512,
} as const
