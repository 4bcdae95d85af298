import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { type GatewayUnderTest, places, type RunningPlace } from '../security/places.ts'
import {
  asFrontier,
  asLocal,
  callerKey,
  chatBody,
  chatPath,
  type Heard,
  heard,
  keysOf,
  post,
} from '../security/requests.ts'
import { malformedTexts } from './malformed.ts'

const routes = [chatPath, '/v1/route']
/** What is no JSON is no request of any kind. */
const everyRoute = [...routes, '/v1/responses', '/v1/embeddings']

const message = { role: 'user', content: 'hello' }
const good = JSON.stringify(chatBody())

/** Fields of a wrong type or beyond their bounds, and the `param` that must name them. */
const wrongFields: readonly (readonly [fields: Record<string, unknown>, param: string])[] = [
  [{ model: undefined }, 'model'],
  [{ model: null }, 'model'],
  [{ model: 5 }, 'model'],
  [{ model: '' }, 'model'],
  [{ model: 'm'.repeat(10_000) }, 'model'],
  [{ model: 'gpt 4' }, 'model'],
  [{ model: 'no-such-model' }, 'model'],
  [{ model: '__proto__' }, 'model'],
  [{ model: 'constructor' }, 'model'],
  [{ model: ['frontier'] }, 'model'],
  [{ messages: undefined }, 'messages'],
  [{ messages: null }, 'messages'],
  [{ messages: [] }, 'messages'],
  [{ messages: 'hello' }, 'messages'],
  [{ messages: { 0: message, length: 1 } }, 'messages'],
  [{ messages: [null] }, 'messages[0]'],
  [{ messages: ['hello'] }, 'messages[0]'],
  [{ messages: [{}] }, 'messages[0].role'],
  [{ messages: [{ role: 'wizard', content: 'x' }] }, 'messages[0].role'],
  [{ messages: [{ role: '__proto__', content: 'x' }] }, 'messages[0].role'],
  [{ messages: [message, { role: 'user' }] }, 'messages[1].content'],
  [{ messages: [{ role: 'user', content: 7 }] }, 'messages[0].content'],
  [{ messages: [{ role: 'user', content: null }] }, 'messages[0].content'],
  [{ messages: [{ role: 'user', content: [] }] }, 'messages[0].content'],
  [{ messages: [{ role: 'user', content: ['x'] }] }, 'messages[0].content[0]'],
  [{ messages: [{ role: 'user', content: [{ type: 'text', text: 1 }] }] }, 'messages[0].content[0].text'],
  [
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: 'x' }] }] },
    'messages[0].content[0].image_url',
  ],
  [{ messages: [{ role: 'assistant' }] }, 'messages[0].content'],
  [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
  [{ messages: [{ role: 'assistant', tool_calls: [{ id: 'a' }] }] }, 'messages[0].tool_calls[0].function'],
  [{ stream: 'yes' }, 'stream'],
  [{ stream: 1 }, 'stream'],
  [{ stream_options: { include_usage: true } }, 'stream_options'],
  [{ stream: true, stream_options: [] }, 'stream_options'],
  [{ max_tokens: 0 }, 'max_tokens'],
  [{ max_tokens: -1 }, 'max_tokens'],
  [{ max_tokens: 1.5 }, 'max_tokens'],
  [{ max_tokens: '10' }, 'max_tokens'],
  [{ max_completion_tokens: 1e300 }, 'max_completion_tokens'],
  [{ n: 0 }, 'n'],
  [{ n: '2' }, 'n'],
  [{ temperature: 'hot' }, 'temperature'],
  [{ temperature: -0.1 }, 'temperature'],
  [{ temperature: 2.1 }, 'temperature'],
  [{ top_p: 2 }, 'top_p'],
  [{ seed: 1.5 }, 'seed'],
  [{ frequency_penalty: 9 }, 'frequency_penalty'],
  [{ presence_penalty: {} }, 'presence_penalty'],
  [{ stop: 5 }, 'stop'],
  [{ stop: [1] }, 'stop[0]'],
  [{ stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop'],
  [{ logprobs: 'true' }, 'logprobs'],
  [{ top_logprobs: 3 }, 'top_logprobs'],
  [{ logprobs: true, top_logprobs: 21 }, 'top_logprobs'],
  [{ logit_bias: [] }, 'logit_bias'],
  [{ logit_bias: { 50256: 101 } }, 'logit_bias'],
  [{ tools: {} }, 'tools'],
  [{ tools: [5] }, 'tools[0]'],
  [{ tools: [{ type: 'function' }] }, 'tools[0].function'],
  [{ tools: [{ type: 'function', function: { name: '' } }] }, 'tools[0].function.name'],
  [{ functions: [{}] }, 'functions[0].name'],
  [{ tool_choice: 5 }, 'tool_choice'],
  [{ parallel_tool_calls: 'no' }, 'parallel_tool_calls'],
  [{ response_format: 'json' }, 'response_format'],
  [{ response_format: { type: 'yaml' } }, 'response_format.type'],
  [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
  [{ user: {} }, 'user'],
]

const deepSchema = JSON.parse(`${'{"properties":{"a":'.repeat(25)}{}${'}}'.repeat(25)}`) as unknown
const nested = `${'{"items":'.repeat(1_000)}{}${'}'.repeat(1_000)}`

/** Small texts that ask for much: what they are, the text, and the `param` where a field is to blame. */
const bombs: readonly (readonly [what: string, text: () => string, param: string | null])[] = [
  ['a million messages', () => listOf('messages', '{"role":"user","content":"x"}', 250_000), null],
  ['a million empty messages', () => listOf('messages', '0', 1_000_000), null],
  ['20,000 messages', () => listOf('messages', JSON.stringify(message), 20_000), 'messages'],
  ['a million tools', () => listOf('tools', '0', 1_000_000), null],
  ['20,000 tools', () => listOf('tools', '{"type":"function","function":{"name":"f"}}', 20_000), 'tools'],
  ['a billion answers', () => JSON.stringify(chatBody({ n: 1e9 })), 'n'],
  ['a bias for each of 5,000 tokens', () => bias(5_000), 'logit_bias'],
  ['a bias for each of 100,000 tokens', () => bias(100_000), null],
  ['a schema a thousand levels deep', () => good.replace('{', `{"response_format":${nested},`), null],
  [
    'a schema deeper than any that is used',
    () =>
      JSON.stringify(
        chatBody({
          response_format: { type: 'json_schema', json_schema: { name: 's', schema: deepSchema } },
        }),
      ),
    'response_format.json_schema.schema',
  ],
  [
    'a tool with such a schema',
    () =>
      JSON.stringify(
        chatBody({ tools: [{ type: 'function', function: { name: 'f', parameters: deepSchema } }] }),
      ),
    'tools[0].function.parameters',
  ],
]

function listOf(field: string, entry: string, count: number): string {
  const { [field]: _, ...others } = chatBody() as Record<string, unknown>
  return `${JSON.stringify(others).slice(0, -1)},"${field}":[${`${entry},`.repeat(count - 1)}${entry}]}`
}

function bias(tokens: number): string {
  return JSON.stringify(
    chatBody({ logit_bias: Object.fromEntries(Array.from({ length: tokens }, (_, i) => [i, 1])) }),
  )
}

describe.each(places)('a request that is no request, $name', (place) => {
  let running: RunningPlace
  let frontier: Frontier
  let local: Frontier
  let gateway: GatewayUnderTest

  beforeAll(async () => {
    running = await place.start()
    frontier = await startFrontier()
    local = await startFrontier()
    gateway = await running.open({
      options: {
        keys: keysOf(),
        frontier: asFrontier(frontier),
        local: asLocal(local),
        caps: [{ scope: 'account', window: 'day', limit: 1e12 }],
        onStoreError: 'refuse',
        budgetsZone: 'gateway',
      },
      host: ['store'],
    })
  })
  afterAll(() => Promise.all([running.close(), frontier.close(), local.close()]))

  async function expectUntouched(): Promise<void> {
    expect(frontier.requests).toEqual([])
    expect(local.requests).toEqual([])
    expect((await gateway.told()).store).toEqual([])
  }

  function expectRefused(answer: Heard, status: number, param?: string | null): void {
    expect([answer.status, answer.error.code, answer.text]).toEqual([status, answer.error.code, answer.text])
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(answer.error).toEqual({
      message: expect.stringMatching(/./),
      type: 'invalid_request_error',
      param: param === undefined ? null : param,
      code: expect.stringMatching(/^[a-z_]+$/),
    })
  }

  it.each(malformedTexts(good))(
    'TRUST 16: is refused with 400 on each route, the upstream untouched: %s',
    async (_, text) => {
      for (const route of everyRoute) expectRefused(await post(gateway.url, text, {}, route), 400)
      await expectUntouched()
    },
  )

  it('TRUST 16: is refused with the field that is wrong, for every field', async () => {
    for (const route of routes) {
      for (const [fields, param] of wrongFields) {
        const answer = await post(gateway.url, chatBody(fields), {}, route)
        expect([fields, answer.status, answer.error.param]).toEqual([
          fields,
          param === 'model' && answer.status === 404 ? 404 : 400,
          param,
        ])
        expect(answer.error.message).toContain(param === 'model' ? 'model' : param)
        expect(answer.error.type).toBe('invalid_request_error')
      }
    }
    await expectUntouched()
  })

  it('TRUST 16: is refused with 415 when it does not say that it is JSON, or says something else', async () => {
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonp',
      'multipart/form-data',
      'json',
    ]
    for (const route of everyRoute) {
      for (const type of types)
        expectRefused(await post(gateway.url, good, { 'content-type': type }, route), 415)
      const untyped = await fetch(gateway.url + route, {
        method: 'POST',
        headers: { authorization: `Bearer ${callerKey}` },
        body: new Blob([good]),
      })
      expectRefused(heard(untyped.status, untyped.headers, await untyped.text()), 415)
    }
    await expectUntouched()
  })

  it('TRUST 16: is refused when it is no UTF-8, whole or in pieces', async () => {
    const texts = {
      'Latin-1': [0xe9],
      overlong: [0xc0, 0xaf],
      'half a surrogate pair': [0xed, 0xa0, 0x80],
      cut: [0xf0, 0x9f],
    }
    for (const [what, bytes] of Object.entries(texts)) {
      const [before = '', after = ''] = good.split('Prove')
      const body = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)])
      const whole = await post(gateway.url, body)
      expect([what, whole.status, whole.error.message]).toEqual([what, 400, 'The body is not valid UTF-8.'])
      const pieces = await fetch(gateway.url + chatPath, {
        method: 'POST',
        headers: { authorization: `Bearer ${callerKey}`, 'content-type': 'application/json' },
        body: new Blob([body]).stream(),
        duplex: 'half',
      } as RequestInit)
      expect([what, pieces.status, await pieces.json()]).toMatchObject([
        what,
        400,
        { error: { message: 'The body is not valid UTF-8.' } },
      ])
    }
    await expectUntouched()
  })

  it('TRUST 16: is refused when it is compressed, since nothing here would bound what comes out', async () => {
    const { gzipSync } = await import('node:zlib')
    const answer = await post(gateway.url, gzipSync('x'.repeat(10_000_000)), { 'content-encoding': 'gzip' })
    expectRefused(answer, 400)
    await expectUntouched()
  })

  it.each(bombs)('TRUST 36: is refused before anything is reserved: %s', async (_, text, param) => {
    for (const route of routes) expectRefused(await post(gateway.url, text(), {}, route), 400, param)
    await expectUntouched()
  })

  it('is told from one that is right', async () => {
    expect((await post(gateway.url, good)).status).toBe(200)
    expect(
      (await post(gateway.url, good, { 'content-type': 'Application/JSON; charset=utf-8' })).status,
    ).toBe(200)
    expect(frontier.requests).toHaveLength(2)
    expect((await gateway.told()).store.map(([verb]) => verb)).toContain('reserve')
  })
})
