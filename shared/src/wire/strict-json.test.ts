import { describe, expect, it } from 'vitest'
import { isNearsideError } from '../fault/nearside-error.ts'
import { parseStrictJson } from './strict-json.ts'

function refusalOf(text: string): string {
  try {
    parseStrictJson(text)
  } catch (error) {
    if (isNearsideError(error) && error.code === 'bad-request') return error.message
    throw error
  }
  throw new Error('it was taken')
}

const eightMiB = 8 * 1024 * 1024

describe('what is JSON', () => {
  it.each([
    'null',
    ' true ',
    '-0.5e-3',
    '1E+2',
    '""',
    '[]',
    '{}',
    '[ [ ] , { } , { "a" : [ 1 , 2 ] } ]',
    '"\\u00e9\\ud83d\\ude00\\n\\t\\/\\\\\\""',
    '"\u{1f600}\u2028 é"',
    `"${'long '.repeat(50)}\\" and \\n ${'on '.repeat(50)}"`,
    '{"constructor":{"type":"object"},"prototype":1,"a":{"b":1},"c":{"b":1}}',
    '\r\n\t{"a":\r\n1}\n',
  ])('is taken as JSON.parse takes it: %s', (text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text))
  })

  it('agrees with JSON.parse on every text made by changing one character of a body', () => {
    const body = '{"a":[1,-2.5e3,true,null],"b":{"c":"x\\n\\u0041","d":""},"e":[{}]}'
    const replacements = [
      '',
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '0',
      '.',
      'e',
      ' ',
      '\n',
      '\u0000',
      'é',
    ]
    for (let at = 0; at <= body.length; at++) {
      for (const replacement of replacements) {
        const text = body.slice(0, at) + replacement + body.slice(at + 1)
        let expected: unknown
        try {
          expected = JSON.parse(text)
        } catch {
          expect(() => parseStrictJson(text), text).toThrow(/not valid JSON/)
          continue
        }
        if (/"([a-e])".*"\1":/.test(text)) continue
        expect(parseStrictJson(text), text).toEqual(expected)
      }
    }
  })
})

describe('TRUST 16: a body that is malformed or ambiguous', () => {
  it.each([
    ['', 'The body is not valid JSON: expected a value, found the end of the body (line 1, column 1).'],
    [
      '{"a":1',
      'The body is not valid JSON: expected a comma or a closing brace, found the end of the body (line 1, column 7).',
    ],
    ['{\n "a" 1}', 'The body is not valid JSON: expected a colon, found a digit (line 2, column 6).'],
    [
      "{'a':1}",
      'The body is not valid JSON: expected a key in double quotes, found a quote (line 1, column 2).',
    ],
    ['[1,]', 'The body is not valid JSON: expected a value, found a bracket (line 1, column 4).'],
    [
      '[1 2]',
      'The body is not valid JSON: expected a comma or a closing bracket, found a digit (line 1, column 4).',
    ],
    ['{} x', 'The body is not valid JSON: expected the end, found a letter (line 1, column 4).'],
    ['nul', 'The body is not valid JSON: expected a value, found a letter (line 1, column 1).'],
    [
      '"a\nb"',
      'The body is not valid JSON: expected a closing quote, found a control character (line 1, column 3).',
    ],
    ['"\\x41"', 'The body is not valid JSON: a backslash that begins no known escape (line 1, column 2).'],
    ['"\\u00g0"', 'The body is not valid JSON: \\u wants four hexadecimal digits (line 1, column 2).'],
    [
      '\ufeff{}',
      'The body is not valid JSON: expected a value, found a character outside ASCII (line 1, column 1).',
    ],
  ])('TRUST 16: is refused with the place and the kind of character: %j', (text, message) => {
    expect(refusalOf(text)).toBe(message)
  })

  it.each([
    '01',
    '1.',
    '.5',
    '+1',
    '-',
    '1e',
    '0x1',
    'NaN',
    'Infinity',
    "'a'",
    '{a:1}',
    '[,]',
    '{,}',
    '{"a":1,}',
    '// a\n1',
  ])('TRUST 16: is refused though other readers take it: %s', (text) => {
    expect(refusalOf(text)).toMatch(/^The body is not valid JSON: /)
  })

  it('TRUST 16: never repeats what the body holds', () => {
    for (const text of [
      '{"canary": canary}',
      '{"canary":1,"canary":2}',
      '["canary" canary]',
      '{"__proto__":"canary"}',
    ]) {
      expect(refusalOf(text)).not.toContain('canary')
    }
  })

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"b":{"c":[]},"\\u0061":2}',
    '[{"b":{}},{"a":{"a":1},"a":1}]',
    '{"":1,"":2}',
  ])('TRUST 16: is refused with the same key twice in one object: %s', (text) => {
    expect(refusalOf(text)).toMatch(/^The body holds the same key twice in one object/)
  })

  it('takes the same key in different objects', () => {
    const text = '[{"a":{"a":{"a":1}}},{"a":[{"a":1},{"a":2}]}]'
    expect(parseStrictJson(text)).toEqual(JSON.parse(text))
  })

  it.each([
    '{"__proto__":{"admin":true}}',
    '{"a":[{"__proto__":1}]}',
    '{"\\u005f_proto__":1}',
    '{"constructor":{"prototype":{}}}',
  ])('TRUST 16: is refused where a key could change a prototype: %s', (text) => {
    expect(refusalOf(text)).toMatch(/prototype of an object/)
  })

  it.each([
    '"\\ud800"',
    '"\\udc00"',
    '"\\ud83dx"',
    '"\\ud83d\\ud83d"',
    '"\\ud83d\\u0041"',
    '{"\\udfff":1}',
    '"\ud800"',
    '"\ude00\ud83d"',
  ])('TRUST 16: is refused with half a surrogate pair: %j', (text) => {
    expect(refusalOf(text)).toMatch(/half of a surrogate pair/)
  })

  it('refuses a number that could not be written back', () => {
    expect(refusalOf('{"a":-1e999}')).toBe('The body holds a number that is too large (line 1, column 6).')
  })
})

describe('TRUST 16: a body that is a bomb', () => {
  it('TRUST 16: is taken at the depth that is allowed and refused one level below', () => {
    expect(parseStrictJson('['.repeat(64) + ']'.repeat(64))).toBeInstanceOf(Array)
    expect(refusalOf('['.repeat(65) + ']'.repeat(65))).toMatch(/deeper than 64 levels/)
    expect(() => parseStrictJson('[[[]]]', { maxDepth: 2 })).toThrow(/deeper than 2 levels/)
  })

  it.each([
    ['brackets', '['.repeat(eightMiB), /deeper than 64/],
    ['objects', '{"a":'.repeat(eightMiB / 5), /deeper than 64/],
    ['objects in the place of keys', '{"a":1,'.repeat(eightMiB / 7), /key in double quotes/],
    ['empty lists', `[${'[],'.repeat(eightMiB / 3)}0]`, /more than 250000 values/],
    ['small objects', `[${'{"a":1},'.repeat(eightMiB / 8)}0]`, /more than 250000 values/],
    [
      'keys',
      `{${Array.from({ length: 10_001 }, (_, key) => `"${key}":1`).join(',')}}`,
      /more than 10000 keys/,
    ],
    ['digits', '1'.repeat(eightMiB), /too large/],
    ['backslashes', `"${'\\'.repeat(eightMiB)}`, /closing quote/],
    ['space', ' '.repeat(eightMiB), /expected a value/],
    ['half pairs', `"${'\\ud800'.repeat(eightMiB / 6)}"`, /surrogate/],
  ])('TRUST 16: is refused before anything is built from it: eight megabytes of %s', (_, text, message) => {
    expect(refusalOf(text)).toMatch(message)
  })

  it('takes eight megabytes of one string, plain or escaped', () => {
    for (const text of ['x'.repeat(eightMiB), '\\"'.repeat(eightMiB / 2), 'é中'.repeat(eightMiB / 4)]) {
      expect(parseStrictJson(`{"a":"${text}"}`)).toEqual(JSON.parse(`{"a":"${text}"}`))
    }
  })
})
