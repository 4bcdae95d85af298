/** Everything that a gateway answers beside chat, and how its paths and names are understood. */
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { type GatewayUnderTest, places, type RunningPlace } from '../security/places.ts'
import {
  asFrontier,
  asLocal,
  callerKey,
  chatBody,
  chatPath,
  get,
  keysOf,
  post,
  price,
} from '../security/requests.ts'

const easy = [{ role: 'user', content: 'Rewrite this sentence: me want go home.' }]

describe.each(places)('a gateway, $name', (place) => {
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
        frontier: {
          ...asFrontier(frontier),
          models: [
            { model: 'gpt-double', price },
            { model: 'gpt-other', price },
          ],
        },
        local: asLocal(local),
        aliases: { 'gpt-4o': 'auto', cheap: 'local', best: 'gpt-other' },
        caps: [{ scope: 'account', window: 'day', limit: 5_000_000_000 }],
        budgetsZone: 'gateway',
        onStoreError: 'refuse',
      },
      host: ['store'],
    })
  })
  afterAll(() => Promise.all([running.close(), frontier.close(), local.close()]))

  const servedAs = async (body: Record<string, unknown>, headers: Record<string, string> = {}) => {
    const answer = await post(gateway.url, chatBody(body), headers)
    const told = ['tier', 'model', 'reason'].map((name) => answer.headers.get(`x-nearside-${name}`))
    return answer.status === 200 ? told.join(' ') : `${answer.status} ${answer.error.code}`
  }

  it('understands the router, a tier, a model and an alias as the name of a model', async () => {
    expect(await servedAs({ model: 'auto' })).toBe('frontier gpt-double hard')
    expect(await servedAs({ model: 'auto', messages: easy })).toBe('local small-double easy')
    expect(await servedAs({ model: 'gpt-4o', messages: easy })).toBe('local small-double easy')
    expect(await servedAs({ model: 'cheap' })).toBe('local small-double pinned-by-caller')
    expect(await servedAs({ model: 'best' })).toBe('frontier gpt-other named-model')
    expect(await servedAs({ model: 'gpt-other' })).toBe('frontier gpt-other named-model')
    expect(await servedAs({ model: 'local' })).toBe('local small-double pinned-by-caller')
    expect(await servedAs({ model: 'frontier', messages: easy })).toBe('frontier gpt-double pinned-by-caller')
    expect(await servedAs({ model: 'auto', messages: [{ role: 'user', content: 'what is 17 * 23?' }] })).toBe(
      'edge edge edge-certain',
    )
    expect(await servedAs({ model: 'GPT-4O' })).toBe('404 model_not_found')
  })

  it('takes the tier of a header before the name of a model', async () => {
    expect(await servedAs({ model: 'frontier' }, { 'x-nearside-tier': 'local' })).toBe(
      'local small-double pinned-by-caller',
    )
    expect(await servedAs({ model: 'auto' }, { 'x-nearside-tier': 'edge' })).toBe('400 bad_request')
  })

  it('lists what may be asked for, each name once, as the SDK reads it', async () => {
    const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: callerKey, maxRetries: 0 })
    const ids = (await openai.models.list()).data.map((model) => model.id)
    expect(ids.toSorted()).toEqual([
      'auto',
      'best',
      'cheap',
      'edge',
      'frontier',
      'gpt-4o',
      'gpt-double',
      'gpt-other',
      'local',
      'small-double',
    ])
    for (const id of ids.filter((each) => each !== 'edge'))
      expect(await servedAs({ model: id })).toMatch(/^(?:local|frontier) /)
  })

  it('explains what it would do, in the words of the plan, without asking anybody', async () => {
    const before = [frontier.requests.length, local.requests.length, (await gateway.told()).store.length]
    const answer = await post(
      gateway.url,
      chatBody({ model: 'auto' }),
      { 'x-nearside-latency-ms': '500' },
      '/v1/route',
    )
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.text)).toMatchObject({
      object: 'nearside.route',
      plan: {
        kind: 'serve',
        strategy: 'direct',
        steps: [{ target: 'frontier', tier: 'frontier', model: 'gpt-double' }],
        fallbacks: [{ target: 'local', tier: 'local', model: 'small-double' }],
        reason: 'hard',
      },
      wishes: { latencyMs: 500, privacy: { level: 'public' } },
      signals: { turns: 1, tools: false },
    })
    const refused = await post(
      gateway.url,
      chatBody({ model: 'frontier' }),
      { 'x-nearside-privacy': 'never-leave' },
      '/v1/route',
    )
    expect([refused.status, JSON.parse(refused.text).plan]).toMatchObject([
      200,
      { kind: 'refuse', refusal: 'private-and-no-premises' },
    ])
    expect([frontier.requests.length, local.requests.length, (await gateway.told()).store.length]).toEqual(
      before,
    )
    expect(answer.text).not.toMatch(/127\.0\.0\.1|sk-frontier/)
  })

  it('shows which kind of place each tier is in, and never its address', async () => {
    const { zone: _, ...bare } = asFrontier(frontier)
    const other = await running.open({
      options: { keys: keysOf(), frontier: bare, local: asLocal(local) },
    })
    const answer = await post(other.url, chatBody(), {}, '/v1/route')
    expect(JSON.parse(answer.text).targets.map(({ zone }: { zone: string }) => zone)).toEqual([
      'gateway',
      'premises',
      'provider',
    ])
    expect(answer.text).not.toContain('127.0.0.1')
  })

  it('gives a caller its own id of the request back, where it is one', async () => {
    const echo = async (id: string, path: string): Promise<string | null> =>
      (await get(gateway.url, path, { 'x-client-request-id': id })).headers.get('x-client-request-id')
    expect(await echo('job-7/attempt-2', '/v1/models')).toBe('job-7/attempt-2')
    const refused = await post(gateway.url, 'no JSON', { 'x-client-request-id': 'job-8' })
    const streamed = await post(gateway.url, chatBody({ stream: true }), { 'x-client-request-id': 'job-9' })
    expect([refused, streamed].map(({ headers }) => headers.get('x-client-request-id'))).toEqual([
      'job-8',
      'job-9',
    ])
    for (const id of ['x'.repeat(129), 'two words', 'caf\u00e9'])
      expect([id, await echo(id, '/v1/models')]).toEqual([id, null])
  })

  it('tells an account what it has spent and has left', async () => {
    await expect
      .poll(async () => {
        const { caps } = JSON.parse((await get(gateway.url, '/v1/budget')).text)
        return [caps[0].reserved, caps[0].settled !== '$0.00']
      })
      .toEqual(['$0.00', true])
    const answer = JSON.parse((await get(gateway.url, '/v1/budget')).text)
    expect(answer).toMatchObject({
      object: 'nearside.budget',
      account: 'acme',
      caps: [
        { scope: 'account', window: 'day', kind: 'hard', limit: '$5.00', expired: '$0.00', overrun: '$0.00' },
      ],
    })
    expect(Date.parse(answer.caps[0].resets_at)).toBeGreaterThan(Date.now())
  })

  it('says without a key that it is alive and ready, and no more than that', async () => {
    const alive = await fetch(`${gateway.url}/health`)
    expect([alive.status, await alive.json()]).toEqual([200, { status: 'ok' }])
    const ready = await fetch(`${gateway.url}/ready`)
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }])
    expect(JSON.parse((await get(gateway.url, '/ready')).text)).toEqual({
      status: 'ready',
      tiers: { edge: 'ready', local: 'ready', frontier: 'ready', 'frontier/2': 'ready' },
      store: 'ready',
      nodes: { local: expect.objectContaining({ standing: 'ready' }) },
    })
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(401)
    const metrics = await get(gateway.url, '/metrics')
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(metrics.text).toMatch(
      /^nearside_requests_total\{tier="frontier",reason="hard",outcome="answered"\} \d+$/m,
    )
  })

  it('is not ready while everything that could answer rests', async () => {
    local.always({ fault: 'status' })
    const other = await running.open({
      options: { keys: keysOf(), local: asLocal(local), breaker: { failures: 1 }, retry: { attempts: 1 } },
    })
    expect((await post(other.url, chatBody({ model: 'local' }))).status).toBe(502)
    const ready = await fetch(`${other.url}/ready`)
    expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '1'])
    local.always({})
  })

  it('refuses a method that a path does not take, and says which it takes', async () => {
    const wrong = [
      ['GET', chatPath, 'POST'],
      ['PUT', chatPath, 'POST'],
      ['OPTIONS', chatPath, 'POST'],
      ['DELETE', '/v1/route', 'POST'],
      ['POST', '/v1/models', 'GET, HEAD'],
      ['PATCH', '/v1/budget', 'GET, HEAD'],
      ['POST', '/health', 'GET, HEAD'],
      ['POST', '/ready', 'GET, HEAD'],
      ['POST', '/metrics', 'GET, HEAD'],
    ] as const
    for (const [method, path, allowed] of wrong) {
      const response = await fetch(gateway.url + path, {
        method,
        headers: { authorization: `Bearer ${callerKey}` },
      })
      expect([method, path, response.status, response.headers.get('allow')]).toEqual([
        method,
        path,
        405,
        allowed,
      ])
      expect(await response.json()).toEqual({
        error: {
          message: expect.stringContaining(allowed.slice(0, 3)),
          type: 'invalid_request_error',
          param: null,
          code: 'method_not_allowed',
        },
      })
    }
    const head = await fetch(`${gateway.url}/v1/models`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${callerKey}` },
    })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  it("leaves to the host's own routes what is none of its paths", async () => {
    const others = [
      '/v1',
      '/v1/',
      '/v1/models/',
      '/v2/models',
      '/v1/embeddings/',
      '/v1/chat',
      '/v1/chat/completions/x',
      '/V1/models',
      '/v1%2Fmodels',
      '/models',
      '/x/v1/completions',
    ]
    for (const path of others) {
      const answer = await get(gateway.url, path)
      expect([path, answer.status, answer.text]).toEqual([path, 404, "the host's own 404"])
    }
    expect((await get(gateway.url, '/deep/below/v1/models')).status).toBe(200)
  })
})
