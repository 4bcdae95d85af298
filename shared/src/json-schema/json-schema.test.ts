import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../chat/json.ts'
import { isNearsideError } from '../fault/nearside-error.ts'
import type { Misfit } from './misfit-of.ts'
import { misfitOf } from './misfit-of.ts'
import { readSchema } from './read-schema.ts'

const matches = (pattern: string, text: string) => new RegExp(pattern, 'u').test(text)

function misfit(schema: JsonValue, value: JsonValue): Misfit | null {
  return misfitOf(readSchema(schema, 'schema'), value, matches)
}

function refusal(schema: JsonValue): { message: string; param: string | null } {
  try {
    readSchema(schema, 'schema')
  } catch (error) {
    if (isNearsideError(error) && error.code === 'bad-request')
      return { message: error.message, param: error.param }
    throw error
  }
  throw new Error('it was not refused')
}

const person = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1 },
    age: { type: 'integer', minimum: 0 },
    tags: { type: 'array', items: { type: 'string' }, maxItems: 2 },
  },
  required: ['name', 'age'],
  additionalProperties: false,
}

describe('an answer held against a schema', () => {
  it.each<[string, JsonValue, JsonValue, string | null]>([
    ['fits', person, { name: 'Ada', age: 36 }, null],
    ['lacks a property', person, { name: 'Ada' }, '$.age'],
    ['has one that is not declared', person, { name: 'Ada', age: 36, more: 1 }, '$.{2}'],
    ['is not whole where it must be', person, { name: 'Ada', age: 36.5 }, '$.age'],
    ['is too short', person, { name: '', age: 36 }, '$.name'],
    ['has a wrong entry in a list', person, { name: 'Ada', age: 36, tags: ['a', 1] }, '$.tags[1]'],
    ['has too many entries', person, { name: 'Ada', age: 36, tags: ['a', 'b', 'c'] }, '$.tags'],
    ['is another kind of value', person, [], '$'],
    ['counts characters, not code units', { type: 'string', maxLength: 1 }, '😀', null],
    ['is one of several types', { type: ['string', 'null'] }, null, null],
    ['is null where that is said beside the type', { type: 'string', nullable: true }, null, null],
    ['is a listed value', { enum: ['a', 1, { x: [1] }] }, { x: [1] }, null],
    ['is no listed value', { enum: ['a', 1] }, 2, '$'],
    ['keeps both a list and a type', { type: 'string', enum: ['a', 1] }, 1, '$'],
    ['is a number within open bounds', { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, 1, '$'],
    ['is a multiple in spite of binary fractions', { type: 'number', multipleOf: 0.1 }, 0.3, null],
    ['has twins', { type: 'array', uniqueItems: true }, [{ a: 1 }, { a: 1 }], '$'],
    ['has first entries of their own', { prefixItems: [{ type: 'string' }], items: false }, ['a'], null],
    ['has an entry too many', { prefixItems: [{ type: 'string' }], items: false }, ['a', 1], '$[1]'],
    ['keeps a pattern', { type: 'string', pattern: '^[a-z]+$' }, 'abc1', '$'],
    ['fits two where one is asked', { oneOf: [{ type: 'number' }, { type: 'integer' }] }, 1, '$'],
    ['fits one where one is asked', { oneOf: [{ type: 'string' }, { type: 'integer' }] }, 1, null],
    ['is a date', { type: 'string', format: 'date' }, '2026-02-28', null],
    ['is no date', { type: 'string', format: 'date' }, '2026-13-28', '$'],
    ['has a form that nobody here knows', { type: 'string', format: 'colour' }, 'x', null],
    ['has a property named like a method', { type: 'object', required: ['toString'] }, {}, '$.toString'],
  ])('%s', (_, schema, value, path) => {
    expect(misfit(schema, value)?.path ?? null).toBe(path)
  })

  it('is checked in bounded steps, however alternatives multiply', () => {
    const level = (below: JsonValue): JsonValue => ({
      type: 'object',
      properties: { a: { anyOf: [below, below, { type: 'array', items: below }] } },
    })
    let schema: JsonValue = { type: 'string' }
    let value: JsonValue = 1
    for (let depth = 0; depth < 15; depth++) {
      schema = level(schema)
      value = { a: value }
    }
    expect(misfit(schema, value)).not.toBeNull()
  })
})

describe('parts that are joined', () => {
  it('keeps the narrower of two bounds, and the properties of both', () => {
    const schema = {
      allOf: [
        { type: 'object', properties: { a: { type: 'integer', minimum: 1 } } },
        { properties: { a: { type: 'number', maximum: 3 }, b: { type: 'string' } }, required: ['b'] },
      ],
    }
    expect(misfit(schema, { a: 2, b: '' })).toBeNull()
    expect(misfit(schema, { a: 4, b: '' })?.path).toBe('$.a')
    expect(misfit(schema, { a: 1.5, b: '' })?.path).toBe('$.a')
    expect(misfit(schema, { a: 2 })?.path).toBe('$.b')
  })

  it('lets one part forbid what another names', () => {
    const schema = {
      allOf: [{ properties: { a: {} }, additionalProperties: false }, { properties: { b: {} } }],
    }
    expect(misfit(schema, { a: 1 })).toBeNull()
    expect(misfit(schema, { b: 1 })?.path).toBe('$.b')
  })

  it('follows references, also to itself', () => {
    const tree = {
      $ref: '#/$defs/node',
      $defs: {
        node: {
          type: 'object',
          properties: { children: { type: 'array', items: { $ref: '#/$defs/node' } } },
          required: ['children'],
        },
      },
    }
    expect(misfit(tree, { children: [{ children: [] }] })).toBeNull()
    expect(misfit(tree, { children: [{}] })?.path).toBe('$.children[0].children')
  })

  it('reads what stands beside alternatives into each of them', () => {
    const schema = { type: 'object', required: ['a'], anyOf: [{ required: ['b'] }, { required: ['c'] }] }
    expect(misfit(schema, { a: 1, c: 1 })).toBeNull()
    expect(misfit(schema, { c: 1 })).not.toBeNull()
  })
})

it('TRUST 36: a value that is nested without sense is told, and never overflows the stack', () => {
  const lists = { type: 'array', items: { $ref: '#' } }
  const nested = (levels: number): JsonValue =>
    JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as JsonValue
  expect(misfit(lists, nested(100))).toBeNull()
  expect(misfit(lists, nested(5_000))?.wanted).toMatch(/at most 500 deep/)
})

it('TRUST 36: a long text is not held against thousands of alternatives', () => {
  const options: JsonValue[] = Array.from({ length: 3_000 }, () => ({ type: 'string', maxLength: 1 }))
  const schema = { anyOf: [...options, { type: 'string' }] }
  expect(misfit(schema, 'short')).toBeNull()
  expect(misfit(schema, 'long'.repeat(10_000))).not.toBeNull()
})

describe('a schema that is refused', () => {
  it.each<[string, JsonValue, string]>([
    ['a keyword that nobody keeps to', { type: 'object', patternProperties: {} }, 'schema.patternProperties'],
    ['a type that is none', { type: 'text' }, 'schema.type'],
    ['no schema', { type: 'object', properties: { a: 3 } }, 'schema.properties[0]'],
    ['a reference that leaves the schema', { $ref: 'https://example.com/schema' }, 'schema.$ref'],
    ['a reference to nothing', { $ref: '#/$defs/gone' }, 'schema.$ref'],
    ['a reference that is its own', { $ref: '#' }, 'schema'],
    ['a bound that is no number', { type: 'string', maxLength: '3' }, 'schema.maxLength'],
    ['a pattern beyond reason', { type: 'string', pattern: 'a'.repeat(600) }, 'schema.pattern'],
    ['alternatives without any', { anyOf: [] }, 'schema.anyOf'],
  ])('%s', (_, schema, param) => {
    expect(refusal(schema).param).toBe(param)
  })

  it('TRUST 36: nests beyond reason, or multiplies beyond it', () => {
    let deep: JsonValue = { type: 'string' }
    for (let depth = 0; depth < 1_000; depth++) deep = { type: 'array', items: deep }
    expect(refusal(deep).message).toMatch(/nested/)

    const twin = {
      allOf: [{ properties: { a: { $ref: '#/$defs/b' } } }, { properties: { a: { $ref: '#/$defs/c' } } }],
    }
    const defs = { b: { ...twin }, c: { ...twin } }
    expect(refusal({ ...twin, $defs: defs }).message).toMatch(/parts|nested/)
  })

  it.each<[string, JsonValue]>([
    ['anything', true],
    ['an object', { type: 'object', properties: { a: { type: 'string' } } }],
  ])(
    'TRUST 36: is read in bounded time, though each part refers to the next twice (down to %s)',
    (_, leaf) => {
      const twice = (index: number): JsonValue => ({
        allOf: [{ $ref: `#/$defs/${index}` }, { $ref: `#/$defs/${index}` }],
      })
      const parts = Array.from({ length: 60 }, (_, index) => [index, twice(index + 1)])
      const $defs = { ...Object.fromEntries(parts), 60: leaf }
      expect(refusal({ ...(twice(0) as object), $defs }).message).toMatch(/parts|nested/)
    },
  )

  it.each<[string, JsonValue]>([
    ['in one', { properties: { ['x'.repeat(200_000)]: true } }],
    ['in the list of what is required', { type: 'object', required: ['x'.repeat(200_000)] }],
    [
      'in many objects together',
      {
        prefixItems: Array.from({ length: 200 }, (_, index) => ({
          properties: { [`${index}${'x'.repeat(1_000)}`]: true },
        })),
      },
    ],
  ])('TRUST 36: names its properties at a length that no model should be held to, %s', (_, schema) => {
    expect(refusal(schema).message).toMatch(/names of more than/)
  })

  it('TRUST 36: is a chain of references without an end in sight', () => {
    const links = Array.from({ length: 20_000 }, (_, index) => [index, { $ref: `#/$defs/${index + 1}` }])
    const $defs = { ...Object.fromEntries(links), 20000: true }
    expect(refusal({ $ref: '#/$defs/0', $defs }).message).toMatch(/nested/)
  })

  it('never repeats what stands in it', () => {
    for (const schema of [
      { canary: 1 },
      { type: 'canary' },
      { $ref: '#/canary' },
      { type: 'string', pattern: 7 },
    ]) {
      expect(refusal(schema).message).not.toContain('canary')
    }
  })
})
