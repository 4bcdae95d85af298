import { Stream } from 'openai/core/streaming'
import { describe, expect, it } from 'vitest'
import { NearsideError } from '../fault/nearside-error.ts'
import { errorAnswer } from './error.ts'
import {
  isSseDone,
  lastSseBoundary,
  type SseMessage,
  sseDone,
  sseReader,
  writeSse,
  writeSseError,
} from './sse.ts'

function read(...pieces: readonly string[]): readonly SseMessage[] {
  const reader = sseReader()
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()]
}

function message(data: string, event: string | null = null): SseMessage {
  return { event, data }
}

/** Mulberry32: the same numbers for the same seed, everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const corpus: readonly (readonly [string, string, readonly SseMessage[]])[] = [
  [
    'two events and the end',
    'data: {"a":1}\n\ndata: {"b":2}\n\ndata: [DONE]\n\n',
    [message('{"a":1}'), message('{"b":2}'), message('[DONE]')],
  ],
  ['line ends of CRLF', 'data: a\r\n\r\ndata: b\r\ndata: c\r\n\r\n', [message('a'), message('b\nc')]],
  ['line ends of CR', 'data: a\r\rdata: b\rdata: c\r\r', [message('a'), message('b\nc')]],
  [
    'line ends of every kind',
    'data: a\n\r\ndata: b\r\n\ndata: c\r\n\rdata: d\r\r\n',
    [message('a'), message('b'), message('c'), message('d')],
  ],
  ['several lines of data', 'data: {\ndata:   "a": 1\ndata: }\n\n', [message('{\n  "a": 1\n}')]],
  [
    'data with and without a space',
    'data:a\n\ndata: a\n\ndata:  a\n\n',
    [message('a'), message('a'), message(' a')],
  ],
  ['comments', ': ping\n\n:\n\n: x\ndata: a\n: in between\ndata: b\n\n', [message('a\nb')]],
  [
    'names of events',
    'event: error\ndata: a\n\ndata: b\n\nevent:c\ndata\n\n',
    [message('a', 'error'), message('b'), message('', 'c')],
  ],
  ['fields that nobody wants', 'id: 1\nretry: 5\nfoo: x\ndata: a\ndatum: b\n data: c\n\n', [message('a')]],
  ['events without data', 'event: x\n\nid: 1\n\ndata: a\n\n', [message('a')]],
  ['empty data', 'data:\n\ndata\n\ndata\ndata\n\n', [message(''), message(''), message('\n')]],
  ['a byte order mark', '\ufeffdata: a\n\n', [message('a')]],
  ['a second byte order mark', '\ufeff\ufeffdata: a\n\ndata: b\n\n', [message('b')]],
  [
    'characters beyond the first plane',
    'data: 😀é中 👩‍👩‍👧\n\ndata: \u2028\u0085\n\n',
    [message('😀é中 👩‍👩‍👧'), message('\u2028\u0085')],
  ],
  ['colons in data', 'data: a: b: c\n\n', [message('a: b: c')]],
  ['no last line break', 'data: a\n\ndata: b', [message('a'), message('b')]],
  ['no last blank line', 'data: a\n\nevent: e\ndata: b\n', [message('a'), message('b', 'e')]],
  ['a last line that is cut before its data', 'data: a\n\nda', [message('a')]],
  ['an end after CR', 'data: a\n\ndata: b\r', [message('a'), message('b')]],
  ['blank lines alone', '\n\r\n\r\r\n\n', []],
  ['nothing', '', []],
]

describe('TRUST 14: a stream of events', () => {
  it.each(corpus)('TRUST 14: is read with %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected)
  })

  it.each(corpus)('TRUST 14: is the same when it is split in two at any place: %s', (_, text, expected) => {
    for (let at = 0; at <= text.length; at++) {
      expect(read(text.slice(0, at), text.slice(at)), `split at ${at}`).toEqual(expected)
    }
  })

  it.each(corpus)(
    'TRUST 14: is the same when it is split in three at any two places: %s',
    (_, text, expected) => {
      for (let first = 0; first <= text.length; first++) {
        for (let second = first; second <= text.length; second++) {
          expect(read(text.slice(0, first), text.slice(first, second), text.slice(second))).toEqual(expected)
        }
      }
    },
  )

  it.each(corpus)(
    'TRUST 14: is the same one code unit at a time, surrogate pairs torn apart: %s',
    (_, text, expected) => {
      expect(read(...text.split(''))).toEqual(expected)
    },
  )

  it.each(corpus)(
    'TRUST 14: is the same when its bytes are split at any place and decoded as they come: %s',
    (_, text, expected) => {
      const bytes = new TextEncoder().encode(text)
      for (let at = 0; at <= bytes.length; at++) {
        const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
        const first = decoder.decode(bytes.subarray(0, at), { stream: true })
        expect(read(first, decoder.decode(bytes.subarray(at)))).toEqual(expected)
      }
    },
  )

  it('TRUST 14: gives back what was written, whatever the data, the line ends and the pieces', () => {
    const random = seededRandom(14)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
    const words = ['a', '{"x":1}', ' ', ':', 'data: ', '\n', 'é', '😀', '[DONE]', '\u2028', '\ufeff', '']
    for (let round = 0; round < 2_000; round++) {
      const data = Array.from({ length: 1 + Math.floor(random() * 5) }, () =>
        Array.from({ length: Math.floor(random() * 6) }, () => pick(words)).join(''),
      )
      const end = pick(['\n', '\r\n', '\r'])
      const noise = (): string => pick(['', '', `: ping${end}`, `id: 7${end}`, `:${end}${end}`])
      const text = data.map((one) => noise() + writeSse(one).replaceAll('\n', end)).join('')
      const pieces: string[] = []
      for (let at = 0; at < text.length; ) {
        const size = 1 + Math.floor(random() * 9)
        pieces.push(text.slice(at, at + size))
        at += size
      }
      expect(read(...pieces), JSON.stringify(text)).toEqual(data.map((one) => message(one)))
    }
  })

  it('TRUST 14: may hold an event of a megabyte that comes a character at a time', () => {
    const text = 'x'.repeat(1_048_576)
    const reader = sseReader()
    let held: readonly SseMessage[] = []
    for (const piece of `data: ${text}\n\n`) held = [...held, ...reader.push(piece)]
    expect(held).toEqual([message(text)])
  })

  it('TRUST 14: gives each event as soon as its blank line is there, even when the line end is a CR', () => {
    const reader = sseReader()
    expect(reader.push('data: a\n')).toEqual([])
    expect(reader.push('\ndata: b\r\r')).toEqual([message('a'), message('b')])
    expect(reader.push('\ndata: c\n\n')).toEqual([message('c')])
  })
})

describe('TRUST 35: a stream from a hostile upstream', () => {
  it.each([
    ['one line without an end', 'x', 'x'],
    ['one line of data without an end', 'data: x', 'x'],
    ['one comment without an end', ': x', 'x'],
    ['empty lines of data without an event', '', 'data:\n'],
    ['lines of data without an event', '', 'data: x\n'],
  ])('TRUST 35: is a fault of the tier once it holds more than an event may: %s', (_, first, more) => {
    const reader = sseReader({ maxEventChars: 1_000 })
    reader.push(first)
    expect(() => {
      for (let count = 0; count < 2_000; count++) reader.push(more)
    }).toThrow(expect.objectContaining({ code: 'tier-failed' }))
  })

  it('may go on for ever with events and comments that are each short enough', () => {
    const reader = sseReader({ maxEventChars: 20 })
    for (let count = 0; count < 1_000; count++) {
      expect(reader.push(': keep alive\nevent: x\ndata: 12345678\n\n')).toEqual([message('12345678', 'x')])
    }
    for (let count = 0; count < 1_000; count++) expect(reader.push(': keep alive\n')).toEqual([])
  })
})

describe('what is written', () => {
  it('is one line for each line of the data', () => {
    expect(writeSse('{"a":1}')).toBe('data: {"a":1}\n\n')
    expect(writeSse('a\nb\r\nc\rd')).toBe('data: a\ndata: b\ndata: c\ndata: d\n\n')
    expect(writeSse('')).toBe('data: \n\n')
  })

  it('ends with the mark that clients wait for', () => {
    expect(read(sseDone).every(isSseDone)).toBe(true)
    expect(isSseDone(message('{}'))).toBe(false)
  })

  it('TRUST 12: makes the openai SDK throw when it is an error, after the chunks before it', async () => {
    const error = errorAnswer(new NearsideError('tier-failed', 'The upstream broke off.'))
    const text = writeSse('{"choices":[]}') + writeSseError(error.body)
    const seen: unknown[] = []
    const stream = Stream.fromSSEResponse(new Response(text), new AbortController())
    await expect(async () => {
      for await (const chunk of stream) seen.push(chunk)
    }).rejects.toMatchObject({
      code: 'tier_failed',
      type: 'server_error',
      message: 'The upstream broke off.',
    })
    expect(seen).toEqual([{ choices: [] }])
  })

  it('is read by the openai SDK as it was written', async () => {
    const text = writeSse('{\n"a": "é"}') + writeSse('{"b":2}') + sseDone
    const seen: unknown[] = []
    for await (const chunk of Stream.fromSSEResponse(new Response(text), new AbortController()))
      seen.push(chunk)
    expect(seen).toEqual([{ a: 'é' }, { b: 2 }])
  })
})

describe('the last boundary of a text', () => {
  it.each<[string, number]>([
    ['', 0],
    ['data: a', 0],
    ['data: a\n', 0],
    ['data: a\n\n', 9],
    ['data: a\n\ndata: b', 9],
    ['data: a\n\ndata: b\n\n', 18],
    ['data: a\r\n\r\ndata: b\r\n', 11],
    ['data: a\n\ndata: b\r\n\r\nc', 20],
    ['data: a\r\n\r\ndata: b\n\nc', 20],
    ['\n\n', 2],
    ['\n', 0],
    ['\r\n\r\n', 4],
  ])('lies behind the last blank line: %j', (text, boundary) => {
    expect(lastSseBoundary(text)).toBe(boundary)
  })

  it('leaves the same events on both of its sides together', () => {
    for (const [, text, expected] of corpus) {
      const at = lastSseBoundary(text)
      const head = sseReader().push(text.slice(0, at))
      expect([...head, ...read(text.slice(at))].length).toBe(expected.length)
    }
  })
})
