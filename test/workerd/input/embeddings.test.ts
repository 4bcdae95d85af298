/** Requests for embeddings: who answers them, what they cost, and what is refused before anybody is asked. */
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { vectorOf } from '../../doubles/embeddings.ts'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { type GatewayUnderTest, places, type RunningPlace } from '../security/places.ts'
import { asFrontier, asLocal, callerKey, get, type Heard, keysOf, post } from '../security/requests.ts'

const path = '/v1/embeddings'
const body = (given: Record<string, unknown> = {}): Record<string, unknown> => ({
  model: 'text-embedding-3-small',
  input: 'The food was delicious.',
  ...given,
})

const wrong: readonly (readonly [fields: Record<string, unknown>, param: string])[] = [
  [{ model: undefined }, 'model'],
  [{ model: 'two words' }, 'model'],
  [{ model: 'http://127.0.0.1/v1' }, 'model'],
  [{ model: '../../elsewhere' }, 'model'],
  [{ model: 'gpt-double' }, 'model'],
  [{ model: 'auto' }, 'model'],
  [{ model: 'frontier' }, 'model'],
  [{ input: undefined }, 'input'],
  [{ input: null }, 'input'],
  [{ input: 5 }, 'input'],
  [{ input: {} }, 'input'],
  [{ input: [] }, 'input'],
  [{ input: '' }, 'input'],
  [{ input: ['good', ''] }, 'input[1]'],
  [{ input: ['good', 5] }, 'input[1]'],
  [{ input: ['good', null] }, 'input[1]'],
  [{ input: [[]] }, 'input[0]'],
  [{ input: [1, 'two'] }, 'input'],
  [{ input: [1.5] }, 'input'],
  [{ input: [[1, -1]] }, 'input[0]'],
  [{ input: Array.from({ length: 2_049 }, () => 'a') }, 'input'],
  [{ input: Array.from({ length: 131_073 }, () => 1) }, 'input'],
  [{ encoding_format: 'hex' }, 'encoding_format'],
  [{ dimensions: 0 }, 'dimensions'],
  [{ dimensions: 1e9 }, 'dimensions'],
  [{ user: {} }, 'user'],
]

describe.each(places)('embeddings, $name', (place) => {
  let running: RunningPlace
  let frontier: Frontier
  let local: Frontier
  let gateway: GatewayUnderTest
  let openai: OpenAI

  beforeAll(async () => {
    running = await place.start()
  })
  afterAll(() => running.close())
  beforeEach(async () => {
    frontier = await startFrontier()
    local = await startFrontier()
    gateway = await open({})
    openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: callerKey, maxRetries: 0 })
    return () => Promise.all([frontier.close(), local.close()])
  })

  const open = (given: Record<string, unknown>, account: Record<string, unknown> = {}) =>
    running.open({
      options: {
        keys: keysOf(account),
        frontier: {
          ...asFrontier(frontier),
          embeddings: ['text-embedding-3-small', 'text-embedding-3-large'],
        },
        local: { ...asLocal(local), embeddings: ['nomic-embed-text'] },
        aliases: { 'text-embedding-ada-002': 'nomic-embed-text' },
        caps: [{ scope: 'account', window: 'day', limit: 1_000_000 }],
        budgetsZone: 'gateway',
        onStoreError: 'refuse',
        retry: { attempts: 2, pauseMs: 1 },
        ...given,
      },
      host: ['store'],
    })
  const ask = (fields: Record<string, unknown>, headers: Record<string, string> = {}): Promise<Heard> =>
    post(gateway.url, body(fields), headers, path)

  it('come from the model that is named, as numbers, though the SDK asks for base64', async () => {
    const { data, model, usage } = await openai.embeddings.create({
      model: 'text-embedding-3-small',
      input: ['one', 'two'],
    })
    expect(data.map(({ embedding }) => embedding)).toEqual(
      ['"one"', '"two"'].map((text) => [...vectorOf(text, 4)]),
    )
    expect([model, usage]).toEqual(['text-embedding-3-small', { prompt_tokens: 2, total_tokens: 2 }])
    expect(frontier.requests[0]?.json).toEqual({
      model: 'text-embedding-3-small',
      input: ['one', 'two'],
      encoding_format: 'base64',
    })
  })

  it('may be asked for as floats, with fewer dimensions, and of token ids', async () => {
    const { data } = await openai.embeddings.create({
      model: 'text-embedding-3-large',
      input: [[9906, 1917], [15339]],
      encoding_format: 'float',
      dimensions: 8,
      user: 'user-17',
    })
    expect(data.map(({ embedding }) => embedding.length)).toEqual([8, 8])
    expect(frontier.requests[0]?.json).toMatchObject({ input: [[9906, 1917], [15339]], dimensions: 8 })
  })

  it('come from a local node where its model is named, and for nothing', async () => {
    const answer = await ask({ model: 'text-embedding-ada-002' })
    expect([
      answer.status,
      answer.headers.get('x-nearside-tier'),
      answer.headers.get('x-nearside-model'),
    ]).toEqual([200, 'local', 'nomic-embed-text'])
    expect(answer.headers.get('x-nearside-cost')).toBe('0.00')
    expect([local.requests.length, frontier.requests.length]).toEqual([1, 0])
    expect((await gateway.told()).store).toEqual([])
  })

  it('are paid by the token, set aside before and settled after, and leave a record', async () => {
    const answer = await ask({ input: 'x'.repeat(400) })
    // A hundred tokens at two cents a million.
    expect(answer.headers.get('x-nearside-cost')).toBe('0.000002')
    await expect
      .poll(async () => (await gateway.told()).store.map(([verb]) => verb))
      .toEqual(['reserve', 'settle'])
    const { store, records } = await gateway.told()
    expect(store[1]?.[2]).toBe(2_000)
    expect(records).toMatchObject([
      {
        tenant: 'acme',
        outcome: 'answered',
        served: { tier: 'frontier', model: 'text-embedding-3-small' },
        usage: { promptTokens: 100, outputTokens: 0 },
        charge: { amount: 2_000, flag: null },
      },
    ])
    expect(JSON.stringify(records)).not.toContain('xxx')
  })

  it('are refused with 429 where a cap does not allow them, and nobody is asked', async () => {
    const answer = await ask({ input: Array.from({ length: 2_000 }, () => 'word '.repeat(100)) })
    expect([answer.status, answer.error.code]).toEqual([429, 'insufficient_quota'])
    expect(frontier.requests).toEqual([])
  })

  it('are refused where a text is longer than the model reads, and nobody is asked', async () => {
    const answer = await ask({ input: ['short', 'word '.repeat(60_000)] })
    expect([answer.status, answer.error.code]).toEqual([400, 'context_length_exceeded'])
    expect(frontier.requests).toEqual([])
  })

  it('TRUST 25: stay on the premises when they are marked never-leave, or are refused', async () => {
    const marked = { 'x-nearside-privacy': 'never-leave' }
    expect((await ask({ model: 'nomic-embed-text' }, marked)).status).toBe(200)
    const refused = await ask({}, marked)
    expect([refused.status, refused.error.code]).toEqual([403, 'privacy_refused'])
    local.always({ fault: 'status' })
    expect((await ask({ model: 'nomic-embed-text' }, marked)).status).toBe(502)
    expect(frontier.requests).toEqual([])
  })

  it('are asked for again where the upstream stumbles, and charged once', async () => {
    frontier.next({ fault: 'status' })
    expect((await ask({})).status).toBe(200)
    expect(frontier.requests.length).toBe(2)
    await expect
      .poll(async () => (await gateway.told()).store.map(([verb]) => verb))
      .toEqual(['reserve', 'settle'])
  })

  it('TRUST 19: are not sought where an upstream redirects to', async () => {
    frontier.always({ fault: 'redirect' })
    expect((await ask({})).status).toBe(502)
    expect(frontier.elsewhere.requests).toEqual([])
  })

  it('TRUST 16: are refused with the field that is wrong, before anything is set aside or sent', async () => {
    for (const [fields, param] of wrong) {
      const answer = await ask(fields)
      expect([fields, answer.status, answer.error.param]).toEqual([
        fields,
        expect.toBeOneOf([400, 404]),
        param,
      ])
      expect(answer.error.type).toBe('invalid_request_error')
    }
    expect([frontier.requests, local.requests, (await gateway.told()).store]).toEqual([[], [], []])
  })

  it('TRUST 21: carry no header of the caller’s upstream but the trace, and none of the upstream’s back', async () => {
    const answer = await ask(
      { 'x-nearside-note': 'mine' },
      {
        cookie: 'a=b',
        'x-forwarded-for': '10.0.0.1',
        'x-custom': 'secret',
        'x-nearside-upstream': 'http://a',
      },
    )
    const [request] = frontier.requests
    expect(
      Object.keys(request?.headers ?? {}).filter((name) => /cookie|forwarded|custom|upstream/.test(name)),
    ).toEqual([])
    expect(request?.headers.authorization).toBe(`Bearer ${frontier.key}`)
    expect(request?.body).not.toContain('nearside')
    for (const name of ['set-cookie', 'openai-organization', 'server', 'cf-ray'])
      expect([name, answer.headers.get(name)]).toEqual([name, null])
  })

  it('TRUST 21: are not passed round in a circle of gateways', async () => {
    const answer = await ask({}, { 'x-nearside-hop': '3' })
    expect([answer.status, answer.error.code]).toEqual([508, 'loop_detected'])
    expect(frontier.requests).toEqual([])
  })

  it('need a key, and one that is good for the model', async () => {
    const stranger = await post(gateway.url, body(), { authorization: 'Bearer nobody' }, path)
    expect([stranger.status, stranger.error.code]).toEqual([401, 'invalid_api_key'])
    gateway = await open({}, { mayUse: { tiers: ['local'] } })
    const scoped = await ask({})
    expect([scoped.status, scoped.error.code]).toEqual([403, 'forbidden'])
    expect(frontier.requests).toEqual([])
  })

  it('are no chat, and a chat is none of them', async () => {
    const chat = await post(gateway.url, {
      model: 'text-embedding-3-small',
      messages: [{ role: 'user', content: 'hi' }],
    })
    expect([chat.status, chat.error.code]).toEqual([404, 'model_not_found'])
    const listed = JSON.parse((await get(gateway.url, '/v1/models')).text).data as { id: string }[]
    expect(listed.find(({ id }) => id === 'text-embedding-3-small')).toMatchObject({
      object: 'model',
      nearside: { kind: 'embedding', tier: 'frontier', contextTokens: 8_192 },
    })
  })
})
