import type { JsonValue } from '@nearside/core'
import { formPatterns, isNearsideError } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../sampling/random.ts'
import { characters } from './characters.ts'
import type { OutputForm } from './constraint.ts'
import { constraintOf, fitsForm, ruleOf } from './constraint.ts'
import type { State } from './machine.ts'
import { machineOf } from './machine.ts'
import { patternMatcher } from './matches-pattern.ts'
import { isAllowed, maskSource, vocabularyOf } from './token-mask.ts'

const utf8 = new TextEncoder()
const schemaForm = (schema: JsonValue): OutputForm => ({ type: 'json-schema', schema })

/** Whether the rules of a form can write this text. */
function canWrite(form: OutputForm, text: string): boolean {
  const machine = machineOf(ruleOf(form))
  let state: State | null = machine.start
  for (const byte of utf8.encode(text)) {
    state = machine.step(state, byte)
    if (state === null) return false
  }
  return state.complete
}

/** All single bytes, and pieces such as a tokenizer has: words, half characters, several signs of JSON at once. */
const pieces: Uint8Array[] = [
  ...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)),
  ...[
    '{"',
    '":',
    '": ',
    '",',
    '"}',
    '}',
    '},{',
    '[]',
    ', ',
    'true',
    'false',
    'null',
    'name',
    ' "',
    '12',
    '00',
    '-1',
    '.5',
    'the ',
    '\n  ',
    'é',
    '日本',
    '\\u00',
    '"a":',
    '"b":{',
  ].map((text) => utf8.encode(text)),
  Uint8Array.of(0xf0, 0x9f),
  Uint8Array.of(0x98, 0x80, 0x22),
]
const vocabulary = vocabularyOf(pieces.length, (id) => pieces[id] ?? null)

/** What a model without sense would say: any token that is allowed, the end as soon as it may and chance has it so. */
function babble(form: OutputForm, seed: number, limit: number): string | null {
  const random = seededRandom(seed)
  const constraint = constraintOf(ruleOf(form), vocabulary)
  const said: number[] = []
  for (let step = 0; step < limit; step++) {
    if (constraint.mustEnd() || (constraint.mayEnd() && random() < 0.3))
      return new TextDecoder().decode(Uint8Array.from(said))
    const mask = constraint.allowed()
    expect(mask.isEmpty).toBe(false)
    const allowed = pieces.flatMap((_, id) => (isAllowed(mask, id) ? [id] : []))
    const closing = allowed.filter((id) =>
      [...pieces[id]!].some((byte) => byte === 0x22 || byte === 0x7d || byte === 0x5d),
    )
    const among = closing.length > 0 && random() < 0.5 ? closing : allowed
    const id = among[Math.floor(random() * among.length)]!
    constraint.take(pieces[id]!)
    said.push(...pieces[id]!)
  }
  return null
}

const schemas: readonly (readonly [string, JsonValue])[] = [
  [
    'an object with what is required and what is not',
    {
      type: 'object',
      properties: { a: { type: 'string', maxLength: 5 }, b: { type: 'integer' }, c: { type: 'boolean' } },
      required: ['b'],
      additionalProperties: false,
    },
  ],
  [
    'an object without any property that must be there',
    { type: 'object', properties: { a: { type: 'null' }, b: { type: 'null' } } },
  ],
  [
    'others beside those that are declared',
    {
      type: 'object',
      properties: { name: { type: 'integer' } },
      required: ['name'],
      additionalProperties: { type: 'boolean' },
    },
  ],
  [
    'a tree',
    {
      $ref: '#/$defs/t',
      $defs: {
        t: {
          type: 'object',
          properties: {
            v: { type: 'integer', minimum: -3, maximum: 12 },
            c: { type: 'array', items: { $ref: '#/$defs/t' }, maxItems: 2 },
          },
          required: ['v'],
          additionalProperties: false,
        },
      },
    },
  ],
  [
    'a list with first entries',
    {
      type: 'array',
      prefixItems: [{ type: 'string', maxLength: 2 }, { type: 'integer' }],
      items: { type: 'boolean' },
      minItems: 2,
      maxItems: 5,
    },
  ],
  [
    'a list without an end',
    { type: 'array', items: { type: 'integer', minimum: 0, maximum: 9 }, minItems: 1 },
  ],
  [
    'one of several',
    {
      anyOf: [
        { type: 'integer', minimum: 100, maximum: 2_345 },
        { enum: ['red', 'green', { x: 1 }] },
        { type: 'null' },
      ],
    },
  ],
  [
    'texts of a form',
    {
      type: 'array',
      items: {
        anyOf: Object.keys(formPatterns).map((format) => ({
          type: 'string',
          format,
        })),
      },
      minItems: 1,
      maxItems: 2,
    },
  ],
  ['texts of a pattern', { type: 'string', pattern: '^[A-Z]{2,3}-(\\d+|"\\w\\\\)+$' }],
  ['texts of a length', { type: 'string', minLength: 2, maxLength: 4 }],
  ['whole numbers below zero', { type: 'integer', exclusiveMaximum: 0, minimum: -1_000 }],
  ['fractions', { type: 'number', minimum: 0 }],
  ['anything', {}],
]

describe('whatever a model says under a schema', () => {
  it.each(schemas)('fits: %s', (_, schema) => {
    let ended = 0
    for (let seed = 1; seed <= 40; seed++) {
      const text = babble(schemaForm(schema), seed, 400)
      if (text === null) continue
      ended++
      expect(fitsForm(schemaForm(schema), text), text).toBe(true)
    }
    expect(ended).toBeGreaterThan(10)
  })

  it('is an object where only JSON is asked for', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const text = babble({ type: 'json-object' }, seed, 300)
      if (text !== null) expect(fitsForm({ type: 'json-object' }, text), text).toBe(true)
    }
  })
})

describe('what can be written', () => {
  it.each<[JsonValue, string, boolean]>([
    [{ type: 'integer' }, '4444E4444', false],
    [{ type: 'integer' }, '-17', true],
    [{ type: 'integer' }, '017', false],
    [{ type: 'integer', minimum: 98, maximum: 105 }, '97', false],
    [{ type: 'integer', minimum: 98, maximum: 105 }, '98', true],
    [{ type: 'integer', minimum: 98, maximum: 105 }, '105', true],
    [{ type: 'integer', minimum: 98, maximum: 105 }, '106', false],
    [{ type: 'integer', minimum: -20, maximum: -5 }, '-5', true],
    [{ type: 'integer', minimum: -20, maximum: -5 }, '-4', false],
    [{ type: 'number' }, '-0.25e-3', true],
    [{ type: 'number' }, '1.', false],
    [{ type: 'string' }, '"a\\u00e9\\ud83d"', false],
    [{ type: 'string' }, '"é😀\\n\\/"', true],
    [{ type: 'string' }, '"a\nb"', false],
    [{ type: 'string', maxLength: 2 }, '"😀é"', true],
    [{ type: 'string', maxLength: 2 }, '"abc"', false],
    [{ const: { a: [1, 'x'] } }, '{"a":[1,"x"]}', true],
    [{ type: 'array', items: {} }, '[1, {"a": null}, "b"]', true],
    [{ type: 'object', properties: { a: {}, b: {} } }, '{"b":1}', true],
    [{ type: 'object', properties: { a: {}, b: {} } }, '{"b":1,"a":1}', false],
    [
      { type: 'object', properties: { a: {} }, additionalProperties: { type: 'null' } },
      '{"a":1,"ab":null,"":null}',
      true,
    ],
    [{ type: 'object', properties: { a: {} }, additionalProperties: { type: 'null' } }, '{"a":null}', true],
    [
      { type: 'object', properties: { ab: {} }, required: [], additionalProperties: { type: 'null' } },
      '{"ab":1,"ab":null}',
      false,
    ],
    [{ type: 'object', required: ['z'] }, '{"z":1}', true],
  ])('%j: %s', (schema, text, can) => {
    expect(canWrite(schemaForm(schema), text)).toBe(can)
  })

  it('takes a space or an indent between signs, and no endless blanks', () => {
    const form = schemaForm({ type: 'object', properties: { a: { type: 'null' } }, required: ['a'] })
    expect(canWrite(form, '{\n  "a": null\n}')).toBe(true)
    expect(canWrite(form, `{${' '.repeat(40)}"a":null}`)).toBe(false)
  })

  it('TRUST 36: is one of as many values as a schema may list', () => {
    const values = Array.from({ length: 1_000 }, (_, index) => `${index} is a value ${'x'.repeat(30)}`)
    const form = schemaForm({
      anyOf: [{ enum: values }, { enum: values.map((value) => `another ${value}`) }],
    })
    expect(canWrite(form, JSON.stringify(values[999]))).toBe(true)
    expect(canWrite(form, JSON.stringify(`another ${values[0]}`))).toBe(true)
    expect(canWrite(form, '"1000 is a value"')).toBe(false)
    expect(canWrite(schemaForm({ enum: ['a', 'ab', 'a'] }), '"ab"')).toBe(true)
  })

  it.each([{ minimum: 1e300 }, { maximum: -1e300 }, { exclusiveMinimum: 2 ** 53 }])(
    'is no whole number beyond what JSON keeps exactly: %j is refused',
    (bounds) => {
      expect(() => ruleOf(schemaForm({ type: 'integer', ...bounds }))).toThrowError(/leave none/)
    },
  )

  it('never leads where nothing can follow', () => {
    const hopeless = { type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] }
    expect(() => ruleOf(schemaForm(hopeless))).toThrowError(/No value fits/)
    const halfHopeless = { type: 'object', properties: { a: false, b: { type: 'null' } } }
    expect(canWrite(schemaForm(halfHopeless), '{"b":null}')).toBe(true)
    expect(canWrite(schemaForm(halfHopeless), '{"a":1}')).toBe(false)
  })
})

describe('patterns', () => {
  const matchesPattern = (pattern: string, text: string): boolean => patternMatcher()(pattern, text)

  it.each<[string, string]>([
    ['^a|b$', 'ax'],
    ['^a|b$', 'xb'],
    ['^a|b$', 'ba'],
    ['b+', 'abba'],
    ['^(?:ab|c){2,3}?$', 'abc'],
    ['^(?:ab|c){2,3}?$', 'ab'],
    ['^[^a-y]\\d?$', 'z1'],
    ['^[\\w.-]+$', 'a.b-c_9'],
    ['^.$', '😀'],
    ['^.$', '\n'],
    ['^\\u{1F600}\\x41$', '😀A'],
    ['^(a*)*$', 'aaaa'],
    ['^[]$', ''],
    ['', 'anything'],
    ['^\\s\\S$', '\u3000x'],
    ['^[\\]\\\\]$', ']'],
  ])('%s over %j says what the language says', (pattern, text) => {
    expect(matchesPattern(pattern, text)).toBe(new RegExp(pattern, 'u').test(text))
  })

  it('TRUST 34: matches in linear time what the language takes years for', () => {
    expect(matchesPattern('^(a+)+$', `${'a'.repeat(20_000)}!`)).toBe(false)
    expect(matchesPattern('^(\\w|\\d|[a-z0-9])*x$', 'a1'.repeat(10_000))).toBe(false)
  })

  it('TRUST 34: gives up where each character opens hundreds of readings, rather than follow them for minutes', () => {
    const random = seededRandom(1)
    const text = (length: number): string =>
      Array.from({ length }, () => (random() < 0.5 ? 'a' : 'b')).join('')
    expect(matchesPattern('a[a-b]{0,900}$', text(300))).toBe(true)
    expect(matchesPattern('a[a-b]{0,900}$', text(100_000))).toBe(false)
    expect(matchesPattern('^((a{0,100}){0,100}){0,100}$', 'a')).toBe(false)
  })

  it.each([
    '(?=a)',
    '(?<!a)b',
    '(a)\\1',
    '\\bword',
    'a{2',
    'a**',
    '(a',
    'a)',
    '[a',
    '[z-a]',
    'a^b',
    '\\p{L}',
    'a{9,2}',
    'a{5000}',
    '\\',
  ])('refuses %s and says why', (pattern) => {
    try {
      ruleOf(schemaForm({ type: 'string', pattern })).alternatives()
      canWrite(schemaForm({ type: 'string', pattern }), '"a"')
      expect.unreachable()
    } catch (error) {
      expect(isNearsideError(error) && error.code).toBe('bad-request')
    }
  })
})

describe('a set of characters', () => {
  it('is exactly the bytes of its characters', () => {
    for (const [first, last] of [
      [0x41, 0x5a],
      [0x70, 0x90],
      [0x7f0, 0x810],
      [0xd700, 0xe100],
      [0xfff0, 0x10010],
      [0x3fff0, 0x40010],
      [0x10fff0, 0x10ffff],
    ] as const) {
      const machine = machineOf(characters([[first, last]]))
      for (let point = Math.max(0, first - 70); point <= Math.min(0x10ffff, last + 70); point++) {
        if (point >= 0xd800 && point <= 0xdfff) continue
        let state: State | null = machine.start
        for (const byte of utf8.encode(String.fromCodePoint(point)))
          state = state && machine.step(state, byte)
        expect(state?.complete ?? false, point.toString(16)).toBe(point >= first && point <= last)
      }
    }
  })
})

describe('a mask', () => {
  it('and a question about one token agree', () => {
    const constraint = constraintOf(ruleOf(schemaForm(schemas[4]![1])), vocabulary)
    for (const byte of utf8.encode('["a",1')) {
      const mask = constraint.allowed()
      for (const [id, piece] of pieces.entries()) expect(constraint.admits(piece)).toBe(isAllowed(mask, id))
      constraint.take(Uint8Array.of(byte))
    }
    expect(constraint.admits(new Uint8Array())).toBe(false)
  })

  it('allows a token exactly when its bytes can be followed', () => {
    const machine = machineOf(ruleOf(schemaForm(schemas[0]![1])))
    const masks = maskSource(machine, vocabulary)
    let state: State = machine.start
    for (const byte of utf8.encode('{"a":"x')) {
      const mask = masks.after(state)
      for (const [id, piece] of pieces.entries()) {
        let end: State | null = state
        for (const next of piece) end = end && machine.step(end, next)
        expect(isAllowed(mask, id)).toBe(end !== null)
      }
      state = machine.step(state, byte)!
    }
  })

  it('remembers a bounded number of states, however long the answer', () => {
    const constraint = constraintOf(
      ruleOf(schemaForm({ type: 'array', items: { type: 'array', items: { type: 'string' } } })),
      vocabulary,
    )
    for (const byte of utf8.encode(`[${'["abc"],'.repeat(500)}["x"]]`)) {
      constraint.allowed()
      constraint.take(Uint8Array.of(byte))
    }
    expect(constraint.mustEnd()).toBe(true)
  })
})
