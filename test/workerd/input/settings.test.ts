/** Settings that are wrong: nothing is served with them, and what is wrong is said. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { startWorker } from '../../harness/worker.ts'
import { places, type RunningPlace } from '../security/places.ts'
import {
  asFrontier,
  callerKey,
  chatBody,
  chatPath,
  digestOf,
  get,
  keysOf,
  post,
  price,
} from '../security/requests.ts'

describe.each(places)('options that are wrong, $name', (place) => {
  let running: RunningPlace
  let frontier: Frontier

  beforeAll(async () => {
    running = await place.start()
    frontier = await startFrontier()
  })
  afterAll(() => Promise.all([running.close(), frontier.close()]))

  const right = (): Record<string, unknown> => ({ keys: keysOf(), frontier: asFrontier(frontier) })

  const wrong: readonly (readonly [path: string, options: Record<string, unknown>])[] = [
    ['frontiers', { frontiers: [] }],
    ['strategy', { strategy: 'direct' }],
    ['policy.strategy', { policy: { strategy: 'cascade' } }],
    ['policy.fontierFrom', { policy: { fontierFrom: 0.5 } }],
    ['aliases.gpt-4o', { aliases: { 'gpt-4o': 'atuo' } }],
    ['keys[0].privcy', { keys: keysOf({ privcy: 'never-leave' }) }],
    ['edgeMaySee', { edgeMaySee: 'false' }],
    ['frontier.models[0].price', { frontier: { url: 'https://api.example/v1', models: ['no-price'] } }],
    ['onStoreError', { caps: [{ scope: 'account', window: 'day', limit: 1 }] }],
  ]

  it.each(wrong)('TRUST 31: throw where an object is given, with the path: %s', async (path, options) => {
    const host = path === 'onStoreError' ? (['store'] as const) : []
    expect(await running.refusal({ options: { ...right(), ...options }, host })).toEqual({
      code: 'bad-options',
      param: path,
    })
  })

  it.each(wrong)(
    'TRUST 31: answer every request where a function gives them, and forward nothing: %s',
    async (path, options) => {
      const host =
        path === 'onStoreError'
          ? (['store', 'options-from-function'] as const)
          : (['options-from-function'] as const)
      const gateway = await running.open({ options: { ...right(), ...options }, host })
      const answers = [
        await post(gateway.url, chatBody()),
        await post(gateway.url, chatBody({ stream: true })),
        await post(gateway.url, 'no JSON at all'),
        await post(gateway.url, chatBody(), {}, '/v1/route'),
        await get(gateway.url, '/v1/models'),
        await get(gateway.url, '/v1/budget'),
        await get(gateway.url, '/ready'),
        await get(gateway.url, '/metrics'),
      ]
      for (const { status, error, headers } of answers) {
        expect([status, error.code, error.param, headers.get('x-should-retry')]).toEqual([
          500,
          'bad_options',
          path,
          'false',
        ])
      }
      expect((await get(gateway.url, '/health')).status).toBe(200)
      expect(frontier.requests).toEqual([])
    },
  )
})

describe('the standalone Worker', () => {
  let frontier: Frontier
  beforeAll(async () => {
    frontier = await startFrontier()
  })
  afterAll(() => frontier.close())

  const right = (): Record<string, string> => ({
    NEARSIDE_KEYS: `acme=${digestOf(callerKey)}`,
    NEARSIDE_FRONTIER_URL: `${frontier.url}/v1`,
    NEARSIDE_FRONTIER_KEY: frontier.key,
    NEARSIDE_FRONTIER_MODELS: 'gpt-double',
    NEARSIDE_PRICES: JSON.stringify({
      'gpt-double': { prices: [{ since: price.since, prompt: 1, output: 4 }] },
    }),
  })

  it('TRUST 31: serves nobody without keys, with a misspelt setting or with one that says nothing', async () => {
    const wrong: readonly (readonly [param: string, vars: Record<string, string | null>])[] = [
      ['NEARSIDE_KEYS', { NEARSIDE_KEYS: null }],
      ['NEARSIDE_KEY', { NEARSIDE_KEY: digestOf(callerKey) }],
      ['NEARSIDE_EDGE_MAY_SEE', { NEARSIDE_EDGE_MAY_SEE: 'no' }],
      ['NEARSIDE_LOCAL_ZONE', { NEARSIDE_LOCAL_ZONE: 'premises' }],
      ['NEARSIDE_FRONTIER_MODELS[0].price', { NEARSIDE_PRICES: null }],
      ['NEARSIDE_ON_STORE_ERROR', { NEARSIDE_BUDGET_DAY_USD: '5' }],
    ]
    for (const [param, vars] of wrong) {
      await using worker = await startWorker({ vars: { ...right(), ...vars } })
      for (const path of [chatPath, '/v1/route']) {
        const answer = await post(worker.url, chatBody(), {}, path)
        expect([answer.status, answer.error.code, answer.error.param]).toEqual([500, 'bad_options', param])
      }
      const ready = await get(worker.url, '/ready')
      expect([ready.status, ready.error.param]).toEqual([500, param])
    }
    expect(frontier.requests).toEqual([])
  })

  it('serves those who have a key once all is right, and tells the others in the same shape as every path that is none', async () => {
    await using worker = await startWorker({ vars: { ...right(), NEARSIDE_ALIASES: 'gpt-4o=auto' } })
    expect((await post(worker.url, chatBody({ model: 'gpt-4o' }))).status).toBe(200)
    expect((await post(worker.url, chatBody(), { authorization: 'Bearer other' })).error.code).toBe(
      'invalid_api_key',
    )
    for (const path of ['/', '/v2/models', '/index.html']) {
      const answer = await get(worker.url, path)
      expect([answer.status, answer.error]).toEqual([
        404,
        {
          message: expect.stringMatching(/./),
          type: 'invalid_request_error',
          param: null,
          code: 'not_found',
        },
      ])
    }
    expect(await worker.faults()).toEqual([])
  })
})
