import type { JsonObject, JsonValue } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { refuseTooBroad } from './breadth.ts'
import { ruleOf } from './constraint.ts'
import type { State } from './machine.ts'
import { machineOf } from './machine.ts'

const refuse = (schema: JsonValue): void =>
  refuseTooBroad(ruleOf({ type: 'json-schema', schema }), 'response_format')

function follow(schema: JsonValue, text: string): void {
  const machine = machineOf(ruleOf({ type: 'json-schema', schema }))
  let state: State | null = machine.start
  for (const byte of new TextEncoder().encode(text)) state = state === null ? null : machine.step(state, byte)
}

const many = <Made>(count: number, make: (index: number) => Made): Made[] =>
  Array.from({ length: count }, (_, index) => make(index))

/** An object with optional properties of these names. */
const loose = (names: readonly string[]): JsonObject => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'integer' }])),
  additionalProperties: false,
})
const within = (schema: JsonValue): JsonObject => ({
  type: 'object',
  properties: { id: { type: 'integer' }, it: schema },
  required: ['id', 'it'],
})

const tooBroad: readonly (readonly [what: string, schema: JsonObject, text: string])[] = [
  ['a choice of 1,000 objects', within({ anyOf: many(1_000, (n) => loose([`p${n}`])) }), '{"id":1,"it":'],
  ['an object of 900 optional properties', within(loose(many(900, (n) => `p${n}`))), '{"id":1,"it":{'],
  [
    'forty objects that begin alike and have forty optional properties each',
    within({ anyOf: many(40, (one) => loose(many(40, (n) => `p${one}x${n}`))) }),
    '{"id":1,"it":{',
  ],
  [
    'entries of a list, which are such a choice',
    within({ type: 'array', items: { anyOf: many(1_000, (n) => loose([`p${n}`])) } }),
    '{"id":1,"it":[',
  ],
]

describe('a grammar of too many alternatives', () => {
  it.each(tooBroad)(
    '%s is refused before the answer, though an answer would begin well',
    (_, schema, text) => {
      expect(() => follow(schema, text.slice(0, -1))).not.toThrow()
      const fault = { code: 'bad-request', param: 'response_format' }
      expect(() => follow(schema, text)).toThrow(expect.objectContaining(fault))
      expect(() => refuse(schema)).toThrow(expect.objectContaining(fault))
    },
  )
})

const tree: JsonObject = {
  $defs: {
    node: { type: 'object', properties: { left: { $ref: '#/$defs/node' }, right: { $ref: '#/$defs/node' } } },
  },
  $ref: '#/$defs/node',
}

describe('large grammars that can be followed are not refused', () => {
  it.each<readonly [what: string, schema: JsonObject]>([
    ['one of a thousand texts', { enum: many(1_000, (n) => `option ${n}`) }],
    ['forty objects', { anyOf: many(40, (n) => loose([`p${n}`, 'q'])) }],
    ['two hundred optional properties', loose(many(200, (n) => `p${n}`))],
    ['a text of up to 20,000 characters', { type: 'string', maxLength: 20_000 }],
    ['a list of up to 5,000 entries', { type: 'array', items: { type: 'integer' }, maxItems: 5_000 }],
    ['a schema that contains itself', tree],
    ['anything', {}],
    ['a pattern that may be empty over and over', { type: 'string', pattern: '^(a?b?){0,20}$' }],
  ])('%s', (_, schema) => {
    expect(() => refuse(schema)).not.toThrow()
  })
})
