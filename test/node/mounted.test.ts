/** The middleware in a Hono app of somebody's own, on Node: beside other routes, behind their authentication. */
import { type Account, memoryBudgetStore, nearside } from '@nearside/workers'
import { Hono } from 'hono'
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
      free: [{ scope: 'account', window: 'day', limit: 0 }],
      paid: [{ scope: 'account', window: 'day', limit: 5_000_000_000 }],
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
      ['account', undefined],
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
