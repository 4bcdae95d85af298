import { readChatRequest } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { askEdge, type EdgeAnswerer } from '../answerer.ts'
import { bases } from './bases.ts'
import { calendar } from './calendar.ts'
import { greetings } from './greetings.ts'
import { percentages } from './percentages.ts'
import { text } from './text.ts'
import { units } from './units.ts'
import { uuids } from './uuids.ts'
import { zones } from './zones.ts'

const skills = [percentages, units, bases, calendar, zones, text, greetings, uuids(() => 'id')]
const ask = (content: string, given: object = {}, asked: readonly EdgeAnswerer[] = skills): string | null =>
  askEdge(readChatRequest({ model: 'auto', messages: [{ role: 'user', content }], ...given }), asked)?.text ??
  null

const schema = (properties: object, more: object = {}): object => ({
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'a', schema: { type: 'object', properties, ...more } },
  },
})
const question = 'convert 5 miles to km'

describe('a skill', () => {
  it('fills the one field of a schema, as its type', () => {
    expect(ask(question, schema({ answer: { type: 'string' } }))).toBe('{"answer":"8.04672 km"}')
    expect(ask('255 in hex', schema({ result: { type: 'string' } }, { additionalProperties: false }))).toBe(
      '{"result":"FF"}',
    )
    const share = 'increase 80 by 15%'
    expect(ask(share, schema({ value: { type: 'number' } }))).toBe('{"value":92}')
    expect(ask(share, schema({ value: { type: 'integer' } }))).toBe('{"value":92}')
  })

  it('abstains where a schema has no one obvious field, and from JSON without a schema', () => {
    for (const given of [
      schema({ answer: { type: 'number' } }),
      schema({ answer: { type: 'string' }, unit: { type: 'string' } }),
      schema({ miles: { type: 'string' } }),
      schema({ answer: { type: 'string', enum: ['x'] } }),
      schema({ answer: { type: 'string' } }, { minProperties: 2 }),
      schema({}),
      { response_format: { type: 'json_object' } },
    ])
      expect(ask(question, given), JSON.stringify(given)).toBeNull()
  })

  it('abstains under instructions, earlier turns, tools, log probabilities and a second answer', () => {
    const turn = { role: 'user', content: question }
    const tools = [{ type: 'function', function: { name: 'f', parameters: {} } }]
    for (const given of [
      { messages: [{ role: 'system', content: 'Answer in words.' }, turn] },
      { messages: [turn, { role: 'assistant', content: '8' }, turn] },
      { tools },
      { logprobs: true },
      { n: 2 },
      { stop: '.' },
      { max_tokens: 3 },
    ])
      expect(ask(question, given), JSON.stringify(given)).toBeNull()
    expect(
      ask('hello', {
        messages: [
          { role: 'system', content: 'You are a pirate.' },
          { role: 'user', content: 'hello' },
        ],
      }),
    ).toBeNull()
    expect(
      ask(question, { messages: [{ role: 'system', content: 'You are a helpful assistant.' }, turn] }),
    ).toBe('8.04672 km')
  })

  it('fills a schema with what JSON reads as the same answer, or not at all', () => {
    for (const asked of [
      'extract all numbers from "agent 007"',
      'extract all numbers from "agent 7"',
      'url decode "%30%31"',
      '0x10 in decimal',
      'what is 1% of 5',
      'convert 5 miles to km',
      `0x${'f'.repeat(30)} in decimal`,
      'uppercase "a “b” c"',
    ]) {
      const plain = ask(asked)
      for (const type of ['string', 'number', 'integer']) {
        const filled = ask(asked, schema({ answer: { type } }))
        if (filled === null) continue
        const { answer } = JSON.parse(filled)
        expect(String(answer), asked).toBe(plain)
        expect(typeof answer === 'string', asked).toBe(type === 'string')
      }
    }
    expect(ask('extract all numbers from "agent 007"', schema({ answer: { type: 'integer' } }))).toBeNull()
  })

  it('reads a ! behind a number as the factorial that it may be', () => {
    expect(ask('what is 10% of 5!')).toBeNull()
    expect(ask('percentage change from 4 to 3 !')).toBeNull()
    expect(ask('convert 5 km to m!')).toBe('5000 m')
  })

  it('takes no s for a plural of one letter', () => {
    expect(ask('7 ts in kg')).toBeNull()
    expect(ask('7 lbs in lb')).toBeNull()
    expect(ask('7 kgs in g')).toBe('7000 g')
  })

  it('takes no nm for a nanometre where it may be a nautical mile', () => {
    for (const asked of ['5 nm in km', '5 km in nm', 'how many nm are in 5 miles?', 'how many m are in a nm'])
      expect(ask(asked), asked).toBeNull()
    expect(ask('5 nm in mm')).toBe('0.000005 mm')
    expect(ask('5 nanometers in m')).toBe('0.000000005 m')
  })

  it('does not answer with a date where a weekday may be asked for', () => {
    expect(ask('what day is 100 days after 2024-01-01?')).toBeNull()
    expect(ask('what date is 100 days after 2024-01-01?')).toBe('2024-04-10')
  })

  it('tells no time that lies between two minutes', () => {
    expect(ask('convert 1971-06-01 12:00 from UTC to Africa/Monrovia')).toBeNull()
    expect(ask('convert 1973-06-01 12:00 from UTC to Africa/Monrovia')).toBe('1973-06-01 12:00')
  })

  it('counts words only where spaces part them', () => {
    expect(ask('how many words are in "你好世界"?')).toBeNull()
    expect(ask('Combien de mots y a-t-il dans "l\'eau est froide" ?')).toBeNull()
    expect(ask('how many words are in "it\'s cold, don\'t go"?')).toBe('4')
  })

  it('counts a letter where it is certainly one, in all of its forms', () => {
    expect(ask('how many g are in kg?')).toBeNull()
    expect(ask('how many ms are in days?')).toBeNull()
    expect(ask('how many times does "a" appear in "a cat and a dog"?')).toBeNull()
    expect(ask('how many times does the letter "a" appear in "a cat and a dog"?')).toBe('4')
    expect(ask('how many times does the word "a" appear in "a cat and a dog"?')).toBeNull()
    expect(ask('how many times does the letter "e" appear in "brûlée"?')).toBeNull()
  })

  it('changes no letter case that depends on the language', () => {
    for (const given of ['değil', 'Αθήνα', 'Weiß', 'ﬁne', 'ısı'])
      expect(ask(`uppercase "${given}"`), given).toBeNull()
    expect(ask('uppercase "crème brûlée"')).toBe('CRÈME BRÛLÉE')
    expect(ask('change "the nasa launch" to title case')).toBeNull()
    expect(ask('change "NASA launch" to title case')).toBeNull()
    expect(ask('change "walking about town" to title case')).toBeNull()
  })

  it('sorts numbers by all of their digits, and none that are written in two ways', () => {
    const asked = 'sort these numbers in ascending order:'
    expect(ask(`${asked} 900719925474099.000000002, 900719925474099.000000001`)).toBe(
      '900719925474099.000000001, 900719925474099.000000002',
    )
    for (const list of ['1.234, 5', '1,5, 2,5', '1,234,5', '1.0, 1'])
      expect(ask(`${asked} ${list}`), list).toBeNull()
  })

  it('takes a list apart only where each part is an item', () => {
    for (const list of [
      '[1, 2, 2]',
      '["a", "b", "a"]',
      'a;b;a',
      'pear, fig, desc',
      'pear, fig, lowercase',
      'pear, fig, arrondi',
    ])
      expect(ask(`remove duplicates from this list: ${list}`), list).toBeNull()
    expect(ask('remove duplicate lines:\npear\npear\nand sort them')).toBeNull()
    expect(ask('remove duplicates from this list: a, b, a')).toBe('a, b')
  })

  it('extracts what is one, and leaves what only looks like it', () => {
    expect(ask('extract all emails from "npm install pkg@1.2.3"')).toBeNull()
    expect(ask('extract all urls from "see example.dev and https://a.org"')).toBeNull()
    expect(ask('extract all numbers from "zero cats and 2 dogs"')).toBeNull()
  })

  it('judges one JSON text, and lays out one that has spaces before its quotes', () => {
    expect(ask('is this valid JSON? {"a": 1} or {"a": 1,}')).toBeNull()
    expect(ask('minify this JSON: { "a": "b" }')).toBe('{"a":"b"}')
  })

  it('encodes no mark that some encode and some do not', () => {
    expect(ask('url encode "hello!"')).toBeNull()
    expect(ask('encode "a" in base64 "b"')).toBeNull()
    expect(ask('uppercase "a\\nb"')).toBeNull()
    expect(ask('trim "\ta "')).toBeNull()
  })

  it('keeps the digits, the order and the doubles of JSON', () => {
    const json = '{"b":12345678901234567890.10,"a":[],"b":{},"é\\u00e9":"x: {, }"}'
    expect(ask(`minify this JSON: ${json.replace(/,/, ' , ')}`)).toBe(json)
    expect(ask(`format this JSON: {"b":1e400,"a":[1,[]]}`)).toBe(
      '{\n  "b": 1e400,\n  "a": [\n    1,\n    []\n  ]\n}',
    )
    expect(ask('format this JSON: {"a":1,}')).toBeNull()
  })

  it('sets a KB against a KiB, and against nothing else', () => {
    expect(ask('convert 1 MiB to MB')).toBe('1.048576 MB')
    for (const asked of ['5 MB in KB', '5 KB in bytes', '5 kilobytes in bytes'])
      expect(ask(asked), asked).toBeNull()
  })

  it('knows no temperature below absolute zero and no amount below nothing', () => {
    expect(ask('convert -40 C to F')).toBe('-40 °F')
    expect(ask('convert -300 C to F')).toBeNull()
    expect(ask('convert -3 km to m')).toBeNull()
  })

  it('draws UUIDs from the randomness that it is given', () => {
    expect(ask('generate a UUID')).toBe('id')
    expect(ask('Generate 3 UUIDs')).toBe('id\nid\nid')
    expect(ask('generate 0 uuids')).toBeNull()
    expect(ask('generate a uuid v7')).toBeNull()
  })

  it('reads a clock that is put back or forward as the two answers or none that it has', () => {
    expect(ask('convert 2024-11-03 01:30 from America/New_York to UTC')).toBeNull()
    expect(ask('convert 2024-03-10 02:30 from America/New_York to UTC')).toBeNull()
    expect(ask('convert 2024-03-10 03:00 from America/New_York to UTC')).toBe('2024-03-10 07:00')
    expect(ask('convert 1999-12-31 23:30 from UTC to Tokyo')).toBe('2000-01-01 08:30')
    expect(ask('convert 2024-03-10 03:00 from Nowhere/Land to UTC')).toBeNull()
  })

  it('counts in no text that may be the name of a work, and no letters that are a word as well', () => {
    expect(ask('How many words are in "War and Peace"?')).toBeNull()
    expect(ask('How many characters are in "Hamlet"?')).toBeNull()
    expect(ask('Wie viele Wörter sind in "Krieg und Frieden"?')).toBeNull()
    expect(ask('Combien de mots y a-t-il dans "Guerre et Paix" ?')).toBeNull()
    expect(ask('¿Cuántas palabras hay en "Guerra y Paz"?')).toBeNull()
    expect(ask('How many words are in the sentence "War and Peace"?')).toBe('3')
    expect(ask('how many is are in this')).toBeNull()
    expect(ask('how many ts are in tethered')).toBe('2')
  })

  it('extracts no date that is none', () => {
    expect(ask('extract the dates from "on 2024-02-31"')).toBeNull()
    expect(ask('extract the dates from "on 2024-02-29"')).toBe('2024-02-29')
  })

  it('decodes no bytes that are no text', () => {
    expect(ask('base64 decode "/w=="')).toBeNull()
    expect(ask('base64 decode "AAAA"')).toBeNull()
    expect(ask('base64 decode "aGVsbG8="')).toBe('hello')
  })
})

const mega = 1_000_000
const heads = [
  '',
  'convert ',
  'how many words are in "',
  'uppercase "',
  "reverse '",
  'sort these lines:\n',
  'sort these words: ',
  'remove duplicate lines:\n',
  'format this JSON: ',
  'minify this JSON:\n```\n',
  'extract all urls from "',
  'extract all emails from "',
  'extract all numbers from "',
  'extract the dates from "',
  'base64 encode "',
  'base64 decode ',
  'url decode "',
  'how many times does "a" occur in "',
  'convert this CSV to JSON:\nname,colour\n',
  'trim "',
]
const pieces = [
  'a',
  ' ',
  '"',
  "'",
  '1',
  '[',
  '{"a":',
  'a@',
  'http://',
  '%41',
  '\n',
  ',',
  '\\',
  '```\n',
  'a.b-',
  "a'b",
  '2024-',
  'ana,bob\n',
]

it.each(heads)(
  'TRUST 34: skills read a megabyte behind %j in linear time',
  (head) => {
    for (const piece of pieces) {
      const quickest = (length: number, runs: number): number => {
        const body = piece.repeat(length / piece.length)
        const given = `${head}${body}${head.endsWith('"') ? '"' : head.endsWith("'") ? "'" : head.endsWith('```\n') ? '\n```' : ''}`
        const request = readChatRequest({
          model: 'auto',
          messages: [{ role: 'user', content: given.slice(0, mega) }],
        })
        return Math.min(
          ...Array.from({ length: runs }, () => {
            const from = cpuMs()
            askEdge(request, skills)
            return cpuMs() - from
          }),
        )
      }
      // Ten times the text may take four times ten as long; a quadratic reading takes a hundred times. On a busy machine it
      // is looked at again before it is doubted.
      const isLinear = (): boolean => quickest(mega, 2) < 40 * quickest(mega / 10, 3) + 60
      expect(isLinear() || isLinear() || isLinear(), piece).toBe(true)
    }
  },
  600_000,
)

/** Processor time: what else the machine has to do meanwhile is not in it. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
