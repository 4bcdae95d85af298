/** The middleware in a Hono app of somebody's own, on Node: beside other routes, behind their authentication. */
import { type Account, memoryBudgetStore, nearside, type RequestRecord } from '@nearside/workers'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { type RunningApp, startNodeApp } from '../harness/node-app.ts'
import { chatBody, get, post, price } from '../workerd/security/requests.ts'

type Env = { Variables: { team: string; plan: 'free' | 'paid' } }

let frontier: Frontier
let running: RunningApp | null = null

beforeEach(async () => {
  frontier = await startFrontier()
})
afterEach(async () => {
  await running?.close()
  running = null
  await frontier.close()
})

const frontierOption = () => ({
  url: `${frontier.url}/v1`,
  key: frontier.key,
  models: [{ model: 'gpt-double', price }],
})

async function serve(app: {
  fetch: (request: Request, env: unknown) => Response | Promise<Response>
}): Promise<string> {
  running = await startNodeApp(app)
  return running.url
}

/** Authentication of the host's own: the team is in a header that only it knows. */
function ownApp(): Hono<Env> {
  const app = new Hono<Env>()
  app.use('*', async (c, next) => {
    c.set('team', c.req.header('x-team') ?? '')
    c.set('plan', c.req.header('x-plan') === 'paid' ? 'paid' : 'free')
    await next()
    c.header('x-host', 'was here')
  })
  return app
}

describe("in a host's own app", () => {
  it('serves under a prefix, and leaves the other routes of the host alone', async () => {
    const app = ownApp()
    app.get('/', (c) => c.text('home'))
    app.use(
      '/ai/*',
      nearside<Env>({ account: (c) => ({ tenant: c.get('team') }), frontier: frontierOption() }),
    )
    app.get('/ai/about', (c) => c.text('about'))
    app.post('/ai/v1/moderations', (c) => c.json({ flagged: false }))
    app.get('/v1/models', (c) => c.text('models of a railway'))
    const url = await serve(app)
    const openai = new OpenAI({
      baseURL: `${url}/ai/v1`,
      apiKey: 'unused',
      maxRetries: 0,
      defaultHeaders: { 'x-team': 'red' },
    })
    const answer = await openai.chat.completions.create({
      model: 'frontier',
      messages: [{ role: 'user', content: 'hi' }],
    })
    expect(answer.choices[0]?.message.content).toBe('The capital of France is Paris.')
    expect(await (await fetch(url)).text()).toBe('home')
    expect(await (await fetch(`${url}/ai/about`)).text()).toBe('about')
    expect(await (await fetch(`${url}/v1/models`)).text()).toBe('models of a railway')
    expect(await (await fetch(`${url}/ai/v1/moderations`, { method: 'POST' })).json()).toEqual({
      flagged: false,
    })
    expect((await get(url, '/ai/nothing')).text).toBe('404 Not Found')
  })

  it('lets what the host does around it happen, on answers, streams and errors alike', async () => {
    const app = ownApp()
    app.use(
      '/v1/*',
      nearside<Env>({
        account: (c) => (c.get('team') === '' ? null : { tenant: c.get('team') }),
        frontier: frontierOption(),
      }),
    )
    const url = await serve(app)
    for (const [body, headers, status] of [
      [chatBody(), { 'x-team': 'red' }, 200],
      [chatBody({ stream: true }), { 'x-team': 'red' }, 200],
      [chatBody({ messages: [] }), { 'x-team': 'red' }, 400],
      [chatBody(), {}, 401],
    ] as const) {
      const answer = await post(url, body, headers)
      expect([answer.status, answer.headers.get('x-host')]).toEqual([status, 'was here'])
    }
    expect(frontier.requests).toHaveLength(2)
  })

  it('asks the host whose request it is before the body is read, and keeps the accounts apart', async () => {
    const app = ownApp()
    const terms = {
      free: [{ scope: 'account', window: 'total', limit: 0 }],
      paid: [{ scope: 'account', window: 'total', limit: 5_000_000_000 }],
    } as const
    app.use(
      '/v1/*',
      nearside<Env>({
        account: async (c) => ({ tenant: c.get('team'), caps: terms[c.get('plan')] }),
        frontier: frontierOption(),
        budgets: memoryBudgetStore(),
        budgetsZone: 'gateway',
        onStoreError: 'refuse',
      }),
    )
    const url = await serve(app)
    const denied = await post(url, chatBody(), { 'x-team': 'red' })
    expect([denied.status, denied.error.code, denied.headers.get('x-should-retry')]).toEqual([
      429,
      'insufficient_quota',
      'false',
    ])
    expect((await post(url, chatBody(), { 'x-team': 'blue', 'x-plan': 'paid' })).status).toBe(200)
    const budget = async (team: string): Promise<unknown> => {
      const { account, caps } = JSON.parse(
        (await get(url, '/v1/budget', { 'x-team': team, 'x-plan': 'paid' })).text,
      )
      return [account, caps[0].calls]
    }
    await expect.poll(() => budget('blue')).toEqual(['blue', 1])
    expect(await budget('red')).toEqual(['red', 0])
  })

  it('TRUST 31: refuses an account of the host that is none, and forwards nothing', async () => {
    const accounts: readonly (readonly [path: string, account: unknown])[] = [
      ['account', 'red'],
      ['account.tenant', {}],
      ['account.tenant', { tenant: '' }],
      ['account.tenant', { tenant: 'red team' }],
      ['account.tenant', { tenant: 'r'.repeat(65) }],
      ['account.privacy', { tenant: 'red', privacy: 'secret' }],
      ['account.providers', { tenant: 'red', privacy: 'contractual', providers: 'double.example' }],
      ['account.caps', { tenant: 'red', caps: [{ scope: 'account', window: 'day', limit: 1 }] }],
    ]
    for (const [path, account] of accounts) {
      const app = new Hono().use(
        '/v1/*',
        nearside({ account: () => account as Account, frontier: frontierOption() }),
      )
      const url = await serve(app)
      const answer = await post(url, chatBody())
      expect([account, answer.status, answer.error.code, answer.error.param]).toEqual([
        account,
        500,
        'bad_options',
        path,
      ])
      await running?.close()
    }
    expect(frontier.requests).toEqual([])
  })

  it('refuses with 401 whom the host does not know, whether it says null or nothing', async () => {
    for (const nobody of [null, undefined]) {
      const app = new Hono().use(
        '/v1/*',
        nearside({ account: async () => nobody, frontier: frontierOption() }),
      )
      const answer = await post(await serve(app), chatBody())
      expect([answer.status, answer.error.code]).toEqual([401, 'invalid_api_key'])
      await running?.close()
    }
  })

  it('lets the host refuse in its own words, and records that it did', async () => {
    const records: RequestRecord[] = []
    const app = new Hono().use(
      '/v1/*',
      nearside({
        account: () => {
          throw new HTTPException(402, { message: 'your plan has ended' })
        },
        frontier: frontierOption(),
        onRecord: (record) => void records.push(record),
      }),
    )
    const url = await serve(app)
    for (const answer of [await post(url, chatBody()), await get(url, '/v1/models')])
      expect([answer.status, answer.text]).toEqual([402, 'your plan has ended'])
    expect(records).toMatchObject([{ tenant: null, outcome: 'refused', error: 'forbidden' }])
    expect(frontier.requests).toEqual([])
  })

  it('outlives records whose keeping fails later, and counts them', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    const app = new Hono().use(
      '*',
      nearside({
        open: 'loopback',
        frontier: frontierOption(),
        onRecord: async () => {
          throw new Error('the log is full')
        },
      }),
    )
    const url = await serve(app)
    expect((await post(url, chatBody())).status).toBe(200)
    await expect
      .poll(async () => (await get(url, '/metrics')).text)
      .toMatch(/^nearside_record_failures_total 1$/m)
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })

  it('TRUST 22: tells the host, and nobody else, what failed inside, and records that something did', async () => {
    const told: unknown[] = []
    const records: RequestRecord[] = []
    const failure = new Error('the sessions fell over a secret')
    const app = new Hono().use(
      '*',
      nearside({
        account: () => {
          throw failure
        },
        frontier: frontierOption(),
        onFault: (cause, id) => void told.push([cause, id]),
        onRecord: (record) => void records.push(record),
      }),
    )
    const begunAt = Date.now()
    const answer = await post(await serve(app), chatBody())
    expect([answer.status, answer.error.code]).toEqual([500, 'internal_error'])
    expect(told).toEqual([[failure, answer.headers.get('x-request-id')]])
    expect(records).toMatchObject([{ tenant: null, outcome: 'refused', error: 'internal', plan: null }])
    expect(records[0]?.at).toBeGreaterThanOrEqual(begunAt)
    expect(answer.text + JSON.stringify(records)).not.toContain('secret')
  })

  it('tells the host once of a rewriting that failed, whole or streamed', async () => {
    const told: unknown[] = []
    const failure = new Error('cannot rewrite')
    const app = new Hono().use(
      '*',
      nearside({
        open: 'loopback',
        frontier: frontierOption(),
        async *rewrite(events) {
          for await (const event of events) {
            if (told.length < 2) throw failure
            yield event
          }
        },
        onFault: (cause) => void told.push(cause),
      }),
    )
    const url = await serve(app)
    expect((await post(url, chatBody())).error.code).toBe('internal_error')
    expect(told).toEqual([failure])
    await post(url, chatBody({ stream: true }))
    expect(told).toEqual([failure, failure])
  })

  it('records a request from its beginning, also where it was refused before it was read', async () => {
    const records: RequestRecord[] = []
    let at = 1_750_000_000_000
    const app = new Hono().use(
      '/v1/*',
      nearside({
        account: async () => {
          at += 40
          return { tenant: 'red' }
        },
        now: () => at,
        frontier: frontierOption(),
        onRecord: (record) => void records.push(record),
      }),
    )
    expect((await post(await serve(app), 'no JSON')).status).toBe(400)
    expect(records).toMatchObject([
      { tenant: 'red', at: 1_750_000_000_000, durationMs: 40, error: 'bad-request', wishes: null },
    ])
  })

  it('shows its status pages below /v1, where it is mounted there alone', async () => {
    const app = new Hono().use('/v1/*', nearside({ open: 'loopback', frontier: frontierOption() }))
    const url = await serve(app)
    for (const path of ['/v1/health', '/v1/ready', '/v1/metrics'])
      expect([path, (await get(url, path)).status]).toEqual([path, 200])
    expect((await get(url, '/health')).status).toBe(404)
  })

  it('TRUST 24: while open, serves nobody whose connection comes from elsewhere or through a proxy', async () => {
    let peer: string | undefined = '127.0.0.1'
    const inner = new Hono().use('*', nearside({ open: 'loopback', frontier: frontierOption() }))
    const url = await serve({
      fetch: (request) =>
        inner.fetch(request, { incoming: { socket: { remoteAddress: peer } } } as unknown as object),
    })
    for (const [address, status] of [
      ['127.0.0.1', 200],
      ['::1', 200],
      ['::ffff:127.0.0.1', 200],
      ['10.0.0.7', 401],
      ['::ffff:10.0.0.7', 401],
      [undefined, 401],
    ] as const) {
      peer = address
      expect([address, (await get(url, '/v1/models')).status]).toEqual([address, status])
    }
    peer = '127.0.0.1'
    for (const name of ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'])
      expect([name, (await get(url, '/v1/models', { [name]: 'for=127.0.0.1' })).status]).toEqual([name, 401])
  })

  it('may stand twice in one app, each with its own options', async () => {
    const app = new Hono()
    const closed = { keys: { ['0'.repeat(64)]: { tenant: 'nobody' } } }
    app.use('/open/*', nearside({ open: 'loopback', frontier: frontierOption() }))
    app.use('/closed/*', nearside({ ...closed, frontier: frontierOption() }))
    const url = await serve(app)
    expect((await post(`${url}/open`, chatBody())).status).toBe(200)
    expect((await post(`${url}/closed`, chatBody())).status).toBe(401)
  })

  it('calls a function of options once, with the context of the first request', async () => {
    const seen: string[] = []
    const app = ownApp()
    app.use(
      '/v1/*',
      nearside<Env>((c) => {
        seen.push(c.get('team'))
        return { account: (each) => ({ tenant: each.get('team') }), frontier: frontierOption() }
      }),
    )
    const url = await serve(app)
    for (const team of ['red', 'blue', 'green'])
      expect((await post(url, chatBody(), { 'x-team': team })).status).toBe(200)
    expect(seen).toEqual(['red'])
  })

  it('TRUST 25: sends never-leave nowhere when its own records or answerers throw', async () => {
    const fail = (): never => {
      throw new Error('the host failed')
    }
    const app = new Hono().use(
      '/v1/*',
      nearside({
        open: 'loopback',
        openAccount: { tenant: 'here', privacy: 'never-leave' },
        frontier: frontierOption(),
        edge: [{ name: 'broken', offer: fail }],
        onRecord: fail,
      }),
    )
    const url = await serve(app)
    const answer = await post(url, chatBody(), { 'x-nearside-privacy': 'public' })
    expect([answer.status, answer.error.code]).toEqual([403, 'privacy_refused'])
    expect(frontier.requests).toEqual([])
  })
})
