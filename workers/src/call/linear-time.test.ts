/**
 * Everything that reads a stranger's text before anything is decided, with texts made to be slow.
 *
 * Four times the text may take ten times as long, and no text may take as long as a step that looks back would: with
 * a megabyte that is beyond every patience of a test. The best of several runs counts, for others use the machine too.
 */
import {
  chatRequestOf,
  heuristicDifficulty,
  type JsonObject,
  parseStrictJson,
  promptTokens,
  readChatRequest,
  readLoad,
  readResponsesRequest,
  readUpstreamError,
  sseReader,
} from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { answerSum, arithmetic } from '../edge/arithmetic/arithmetic.ts'
import { resolveOptions } from '../options/resolve-options.ts'
import { readWishes } from './wishes.ts'

const mebibyte = 2 ** 20
const fill = (seed: string, chars: number): string =>
  seed.repeat(Math.ceil(chars / seed.length)).slice(0, chars)

const seeds: readonly string[] = [
  'a',
  'A',
  ' ',
  '\n',
  '\t \n',
  '0',
  '9',
  '9,999',
  '1+',
  '(',
  '((1',
  ')',
  '-',
  '--1',
  '^',
  '2^',
  '**',
  '.',
  '...',
  '?',
  '=',
  'x',
  '1x',
  '{',
  '{}',
  ';',
  '; ',
  ';\n',
  '=>',
  '```',
  '\\',
  '\\frac',
  '$',
  'w^',
  'what is ',
  "what's ",
  'please ',
  'can you ',
  'prove ',
  'pro',
  'step by ste',
  'step-by-step ',
  'class ',
  'function',
  '#include',
  'é',
  '漢字',
  '🎉',
  '\u200b',
  '\u0301',
  'aé',
  'aB',
  'a1',
  '%',
  '"',
  "'",
  '’',
]

const chat = (text: string) => readChatRequest({ model: 'auto', messages: [{ role: 'user', content: text }] })
const responses = (body: JsonObject) => chatRequestOf(readResponsesRequest(body), [])
const options = resolveOptions({ open: 'loopback' })

const readers: readonly (readonly [name: string, read: (text: string) => unknown])[] = [
  ['the count of tokens', (text) => promptTokens(chat(text))],
  ['the judge of difficulty', (text) => heuristicDifficulty(chat(text))],
  ['the arithmetic at the edge', (text) => arithmetic.offer(chat(text))],
  ['the arithmetic, asked and told', (text) => answerSum(`what is ${text} =`)],
  ['the reader of strict JSON, in a string', (text) => parseStrictJson(JSON.stringify(text))],
  ['the reader of strict JSON, as it is', (text) => quietly(() => parseStrictJson(text))],
  [
    'the reader of a request',
    (text) => quietly(() => readChatRequest({ model: text, messages: text, stop: [text] })),
  ],
  [
    'the reader of a Responses request',
    (text) => quietly(() => responses({ model: 'auto', input: text, instructions: text, user: text })),
  ],
  ['the reader of its names', (text) => quietly(() => responses({ model: 'auto', input: 'x', [text]: 1 }))],
  [
    "the reader of a caller's headers",
    (text) => quietly(() => readWishes(() => text, { tenant: 'a' }, text, options)),
  ],
  ["the reader of a node's load", (text) => readLoad(text)],
  [
    "the reader of an upstream's error",
    (text) => readUpstreamError(400, text, { retryAfter: text, retryAfterMs: text, now: 0 }),
  ],
  ['the reader of events', (text) => sseReader().push(`data: ${text}\n\n`)],
]

const call = { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' }
const items: readonly (readonly [what: string, item: JsonObject])[] = [
  ['calls', call],
  ['messages', { role: 'user', content: [{ type: 'input_text', text: 'x' }] }],
  ['reasoning', { type: 'reasoning', summary: [] }],
]

describe('a megabyte of hostile text', () => {
  it.each(readers)('TRUST 34: is read in linear time by %s', (_, read) => {
    for (const seed of seeds) {
      const [small, large] = [fill(seed, mebibyte / 4), fill(seed, mebibyte)]
      expect([
        seed,
        isLinear(
          bestMs(() => read(small)),
          bestMs(() => read(large)),
        ),
      ]).toEqual([seed, true])
    }
  })

  it('TRUST 34: is read in linear time as ten thousand messages, as fields and as keys', () => {
    const bodies = (count: number): readonly string[] => [
      JSON.stringify({
        model: 'auto',
        messages: Array.from({ length: count }, () => ({
          role: 'user',
          content: 'prove step; \n what is 2^2?',
        })),
      }),
      `{${Array.from({ length: count }, (_, i) => `"${'k'.repeat(20)}${i}":1`).join(',')}}`,
      `[${Array.from({ length: count }, (_, i) => `{"a${i}":{"b":[${i}]}}`).join(',')}]`,
    ]
    const read = (text: string): unknown =>
      quietly(() => {
        const request = readChatRequest(parseStrictJson(text))
        return promptTokens(request) + heuristicDifficulty(request)
      })
    for (const [i, large] of bodies(8_000).entries()) {
      const small = bodies(2_000)[i] ?? ''
      expect(
        isLinear(
          bestMs(() => read(small)),
          bestMs(() => read(large)),
        ),
      ).toBe(true)
    }
  })
})

it.each(items)(
  'TRUST 34: ten thousand items of a Responses request are read in linear time: %s',
  (_, item) => {
    const read = (count: number) => () =>
      quietly(() => responses({ model: 'auto', input: Array<JsonObject>(count).fill(item) }))
    expect(isLinear(bestMs(read(2_500)), bestMs(read(10_000)))).toBe(true)
  },
)

/** The few milliseconds are for what a machine does beside; a step that looks back would take minutes. */
function isLinear(smallMs: number, largeMs: number): boolean {
  return largeMs < smallMs * 10 + 50
}

function bestMs(run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 3; i++) {
    const begun = cpuMs()
    run()
    best = Math.min(best, cpuMs() - begun)
  }
  return best
}

function quietly(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return null
  }
}

/** Processor time: what else the machine has to do meanwhile is not in it. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
