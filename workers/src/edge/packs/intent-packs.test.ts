import { readFileSync } from 'node:fs'
import { type ChatMessage, type ChatRequest, isNearsideError } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { askEdge } from '../answerer.ts'
import { type GivenPack, intentPacks } from './intent-packs.ts'

const shop = readFileSync(new URL('../../../../examples/shop.pack.onnx.bin', import.meta.url))
const hours = 'Corner Shop is open Monday to Saturday, 9 to 19.'
const summer = Date.UTC(2026, 6, 1)

const message = (role: ChatMessage['role'], text: string, given: Partial<ChatMessage> = {}): ChatMessage => ({
  role,
  text,
  images: 0,
  audio: 0,
  toolCalls: [],
  toolCallId: null,
  ...given,
})
const user = (text: string) => message('user', text)
const request = (messages: readonly ChatMessage[], given: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'auto',
  messages,
  stream: false,
  includeUsage: false,
  outputLimit: null,
  answers: 1,
  tools: 0,
  responseFormat: 'text',
  sampling: {
    temperature: null,
    topP: null,
    seed: null,
    frequencyPenalty: null,
    presencePenalty: null,
    stop: [],
    logprobs: false,
    topLogprobs: 0,
  },
  body: { model: 'auto', messages: [] },
  ...given,
})
const packs = intentPacks([{ tenants: ['acme'], bytes: shop }])
const ask = (
  messages: readonly ChatMessage[],
  given: Partial<ChatRequest> = {},
  tenant = 'acme',
  at = summer,
) => askEdge(request(messages, given), [packs], { account: { tenant }, at })?.text ?? null
const question = user('When are you open?')

describe('intent packs', () => {
  it('answer their own tenant’s questions, saying who answered and how certain it is', () => {
    expect(askEdge(request([question]), [packs], { account: { tenant: 'acme' }, at: summer })).toEqual({
      answerer: 'intent-pack:shop',
      text: hours,
      confidence: 1,
    })
  })

  it('answer nobody else, and nobody where the asker is not known', () => {
    for (const tenant of ['other', '', '*', 'ACME', 'constructor', '__proto__'])
      expect(ask([question], {}, tenant), tenant).toBeNull()
    expect(askEdge(request([question]), [packs])).toBeNull()
  })

  it('answer everybody where they are everybody’s', () => {
    const shared = intentPacks([{ tenants: '*', bytes: new Uint8Array(shop) }])
    expect(askEdge(request([question]), [shared], { account: { tenant: 'any' }, at: summer })?.text).toBe(
      hours,
    )
  })

  it('go by the clock of the request', () => {
    const sale = user('is there a winter sale')
    expect(ask([sale])).toBeNull()
    expect(ask([sale], {}, 'acme', Date.UTC(2026, 11, 30))).toMatch(/^The winter sale/)
  })

  it('abstain from a request that asks for more than one plain text', () => {
    const { sampling } = request([])
    expect(ask([question], { tools: 1 })).toBeNull()
    expect(ask([question], { responseFormat: 'json_object' })).toBeNull()
    expect(ask([question], { responseFormat: 'json_schema' })).toBeNull()
    expect(ask([question], { answers: 2 })).toBeNull()
    expect(ask([question], { sampling: { ...sampling, logprobs: true } })).toBeNull()
    expect(ask([question], { sampling: { ...sampling, stop: ['open'] } })).toBeNull()
    expect(ask([question], { outputLimit: 3 })).toBeNull()
    expect(ask([question], { body: { web_search_options: {} } })).toBeNull()
    expect(ask([message('user', question.text, { images: 1 })])).toBeNull()
    expect(ask([])).toBeNull()
  })

  it('speak under the system prompts that they name and those that say nothing, and under no other', () => {
    const own = message('system', 'You are the assistant of Corner Shop.')
    expect(ask([own, question])).toBe(hours)
    expect(ask([message('developer', ' you are the assistant of corner shop '), question])).toBe(hours)
    expect(ask([message('system', 'You are a helpful assistant.'), question])).toBe(hours)
    for (const text of [
      'Answer in French.',
      'You are the assistant of Corner Shop. Answer in French.',
      `You are the assistant of Corner Shop.${' '.repeat(1_000)}x`,
    ])
      expect(ask([message('system', text), question]), text).toBeNull()
    expect(ask([own, message('system', 'Answer in French.'), question])).toBeNull()
  })

  it('answer a follow-up straight after their own answer, and after nothing else', () => {
    const sundays = user('And on Sundays?')
    const said = message('assistant', hours)
    expect(ask([question, said, sundays])).toBe('On Sundays we are closed.')
    expect(ask([question, message('assistant', 'Never.'), sundays])).toBeNull()
    expect(ask([question, said, question])).toBeNull()
    expect(ask([sundays])).toBeNull()
    expect(ask([user('Answer in French.'), message('assistant', 'Oui.'), question, said, sundays])).toBeNull()
    expect(ask([question, message('assistant', hours, { images: 1 }), sundays])).toBeNull()
    expect(ask([question, said, sundays], { tools: 1 })).toBeNull()
    expect(ask([question, said, message('system', 'Answer in French.'), sundays])).toBeNull()
  })

  it.each<readonly [string, unknown, RegExp]>([
    ['no list', {}, /intentPacks is a list/],
    ['no tenants', [{ bytes: shop }], /intentPacks\[0\].tenants/],
    ['an empty list of tenants', [{ tenants: [], bytes: shop }], /intentPacks\[0\].tenants/],
    ['a star among names', [{ tenants: ['*'], bytes: shop }], /intentPacks\[0\].tenants/],
    ['no bytes', [{ tenants: '*' }], /intentPacks\[0\].bytes/],
    ['a file that is no pack', [{ tenants: '*', bytes: new Uint8Array(9) }], /./],
    [
      'more than 24 MiB',
      [
        { tenants: '*', bytes: shop },
        { tenants: '*', bytes: new Uint8Array(24 * 2 ** 20) },
      ],
      /intentPacks\[1\].bytes is too much/,
    ],
  ])('refuse %s when they are given', (_, given, says) => {
    try {
      intentPacks(given as readonly GivenPack[])
      expect.unreachable()
    } catch (error) {
      expect(isNearsideError(error)).toBe(true)
      expect((error as Error).message).toMatch(says)
    }
  })
})

const pieces = [
  ' ',
  'a',
  'open ',
  '?',
  '{{',
  '{{a}}',
  'é',
  '\ud83d\ude42',
  "'",
  '。',
  'i\u0307',
  '\u1fc0',
  'when are you open ',
]

it.each(pieces)(
  'TRUST 34: intent packs read a megabyte of %j in linear time, wherever it stands',
  (piece) => {
    const quickest = (length: number): number => {
      const long = piece.repeat(length / piece.length)
      const asks = [
        [user(long)],
        [message('system', long), question],
        [question, message('assistant', long), user('and on Sundays')],
        [user(long), message('assistant', hours), user('and on Sundays')],
      ]
      return Math.min(
        ...Array.from({ length: 3 }, () =>
          timeMs(() => asks.map((messages) => expect(ask(messages)).toBeNull())),
        ),
      )
    }
    // Ten times the text may take ten times as long, here four times that; a quadratic reading takes a hundred times.
    expect(quickest(2 ** 20)).toBeLessThan(40 * quickest(2 ** 20 / 10) + 20)
  },
)

function timeMs(work: () => unknown): number {
  const from = cpuMs()
  work()
  return cpuMs() - from
}

/** Processor time: what else the machine has to do meanwhile is not in it. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
