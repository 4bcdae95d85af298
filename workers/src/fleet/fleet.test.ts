import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { nearside } from '../middleware.ts'
import type { NearsideOptions } from '../options/options.ts'

type Reply = (url: string, headers: Headers) => Response | Promise<Response>

const idle = 'queue=0;slots=0/1;tps=20'
const busy = 'queue=2;slots=1/1;tps=20'
const answer = {
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 5 },
}

const whole =
  (load: string | null = idle): Reply =>
  () =>
    Response.json(answer, load === null ? {} : { headers: { 'x-nearside-load': load } })
const refusal =
  (status: number, load: string | null = busy): Reply =>
  () =>
    Response.json({ error: {} }, { status, headers: load === null ? {} : { 'x-nearside-load': load } })
/** As a local-runtime without a free slot: it takes whoever may wait. */
const occupied =
  (load: string): Reply =>
  (url, headers) =>
    headers.get('x-nearside-wait-ms') === '0' ? refusal(429, load)(url, headers) : whole(load)(url, headers)

/** A gateway before nodes that do as told, whose time is ours and whose chance is none: of equal nodes the first is taken. */
function open(replies: Readonly<Record<string, Reply>>, more: Partial<NearsideOptions> = {}) {
  const asked: { name: string; path: string; headers: Headers }[] = []
  const clock = { at: 1_000_000 }
  const upstreams = (tier: string) =>
    Object.keys(replies)
      .filter((name) => name.startsWith(tier))
      .map((name) => ({
        name,
        url: `http://${name}.example/v1`,
        key: `secret-of-${name}`,
        models: [{ model: tier, price: 'free' as const }],
      }))
  const app = new Hono()
  app.use(
    '*',
    nearside({
      account: () => ({ tenant: 'acme' }),
      edge: false,
      local: upstreams('local'),
      frontier: upstreams('frontier'),
      retry: { attempts: 1, pauseMs: 1 },
      now: () => clock.at,
      random: () => 0,
      fetch: async (url, init) => {
        const { hostname, pathname } = new URL(String(url))
        const name = hostname.split('.')[0]!
        const headers = new Headers(init?.headers)
        asked.push({ name, path: pathname, headers })
        expect(init?.redirect).toBe('manual')
        if (pathname === '/v1/load' && replies[`look-${name}`] === undefined) {
          return Response.json({ standing: 'ready' }, { headers: { 'x-nearside-load': idle } })
        }
        return replies[pathname === '/v1/load' ? `look-${name}` : name]!(pathname, headers)
      },
      ...more,
    }),
  )
  return {
    clock,
    asked,
    calls: () => asked.filter(({ path }) => path.endsWith('/completions')),
    looks: () => asked.filter(({ path }) => path === '/v1/load').map(({ name }) => name),
    async ask(headers: Record<string, string> = {}) {
      const response = await app.request('/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({
          model: 'auto',
          messages: [{ role: 'user', content: 'Rewrite this politely: go away.' }],
        }),
      })
      await response.text()
      // Looks ride behind the answer.
      await new Promise((resolve) => setTimeout(resolve, 0))
      return response
    },
    async page(path: string) {
      return (await app.request(path)).text()
    },
  }
}

const namesOf = (calls: readonly { name: string }[]): readonly string[] => calls.map(({ name }) => name)

it('asks a few nodes whether a slot is free, and then stands in the shortest line, not at the frontier', async () => {
  const gateway = open({
    'local-a': occupied('queue=3;slots=1/1;tps=20'),
    'local-b': occupied('queue=1;slots=1/1;tps=20'),
    'local-c': occupied('queue=2;slots=1/1;tps=20'),
    frontier: whole(null),
  })
  expect((await gateway.ask()).headers.get('x-nearside-tier')).toBe('local')
  expect(namesOf(gateway.calls())).toEqual(['local-a', 'local-b', 'local-b'])
  expect(gateway.calls().map(({ headers }) => headers.get('x-nearside-wait-ms'))).toEqual(['0', '0', null])
})

it('comes back to a node that was only knocked at where all others have died', async () => {
  const dead: Reply = () => Promise.reject(new Error('connection refused'))
  const gateway = open({ 'local-a': occupied(busy), 'local-b': dead, 'local-c': dead })
  expect((await gateway.ask()).status).toBe(200)
  expect(namesOf(gateway.calls())).toEqual(['local-a', 'local-b', 'local-c', 'local-a'])
})

it('asks the only node without more ado, and looks at it never', async () => {
  const gateway = open({ local: whole(), frontier: whole(null) })
  await gateway.ask()
  gateway.clock.at += 60_000
  await gateway.ask()
  expect(gateway.asked.map(({ path }) => path)).toEqual(['/v1/chat/completions', '/v1/chat/completions'])
  expect(gateway.calls()[0]!.headers.has('x-nearside-wait-ms')).toBe(false)
})

it('moves a call on from a node that takes nobody, and does not ask that node again until it is looked at', async () => {
  const gateway = open({
    'local-a': refusal(503),
    'local-b': whole(),
    'look-local-a': () => Response.json({ standing: 'draining' }, { headers: { 'x-nearside-load': busy } }),
    frontier: whole(null),
  })
  expect((await gateway.ask()).headers.get('x-nearside-tier')).toBe('local')
  expect(namesOf(gateway.calls())).toEqual(['local-a', 'local-b'])
  await gateway.ask()
  expect(namesOf(gateway.calls())).toEqual(['local-a', 'local-b', 'local-b'])
})

it('takes a node at its word that it does not have the model, and goes on using the others', async () => {
  const gateway = open({ 'local-a': refusal(404, idle), 'local-b': whole() })
  for (let times = 0; times < 8; times++) expect((await gateway.ask()).status).toBe(200)
  expect(namesOf(gateway.calls()).filter((name) => name === 'local-a')).toEqual(['local-a'])
  expect(JSON.parse(await gateway.page('/ready')).nodes['local-a'].standing).toBe('ready')
})

it('looks at a node behind an answer where its word is old, once in five seconds at most, with the node’s secret', async () => {
  const gateway = open({ 'local-a': whole(), 'local-b': whole() })
  await gateway.ask()
  expect(gateway.looks()).toEqual(['local-b'])
  expect(gateway.asked.find(({ path }) => path === '/v1/load')!.headers.get('authorization')).toBe(
    'Bearer secret-of-local-b',
  )
  gateway.clock.at += 4_000
  await gateway.ask()
  gateway.clock.at += 1_000
  await gateway.ask()
  const times = gateway.looks().filter((name) => name === 'local-b').length
  expect(times).toBeLessThanOrEqual(2)
})

it.each([
  ['redirects', () => new Response(null, { status: 302, headers: { location: 'http://elsewhere.example' } })],
  ['sends something else', () => new Response('<html>', { headers: { 'x-nearside-load': 'queue=no' } })],
  [
    'sends without end',
    () => new Response(new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(65_536)) })),
  ],
  ['fails', () => Promise.reject(new Error('reset'))],
] as const)('is not hurt by a node that %s when it is looked at', async (_, look) => {
  const gateway = open({ 'local-a': whole(), 'local-b': whole(), 'look-local-b': look })
  expect((await gateway.ask()).status).toBe(200)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect((await gateway.ask()).status).toBe(200)
  expect(gateway.asked.every(({ name }) => name.startsWith('local-'))).toBe(true)
})

it('tells nodes how soon an answer is wanted and whether anybody waits, and a frontier never', async () => {
  const gateway = open({ local: refusal(500, null), frontier: whole(null) })
  const headers = { 'x-nearside-latency-ms': '800', 'x-nearside-priority': 'batch' }
  expect((await gateway.ask(headers)).headers.get('x-nearside-tier')).toBe('frontier')
  const [local, frontier] = gateway.calls()
  expect(local!.headers.get('x-nearside-latency-ms')).toBe('800')
  expect(local!.headers.get('x-nearside-priority')).toBe('batch')
  for (const name of ['latency-ms', 'priority', 'wait-ms']) {
    expect(frontier!.headers.has(`x-nearside-${name}`)).toBe(false)
  }
})

it('tells a node what is left of the time, not what there was', async () => {
  const gateway = open({
    'local-a': () => {
      gateway.clock.at += 300
      return refusal(503)('', new Headers())
    },
    'local-b': whole(),
  })
  await gateway.ask({ 'x-nearside-latency-ms': '800' })
  expect(gateway.calls().map(({ headers }) => headers.get('x-nearside-latency-ms'))).toEqual(['800', '500'])
})

it('shows nodes by name in /ready and /metrics, and no address', async () => {
  const gateway = open({ 'local-a': whole(busy), 'local-b': whole(), frontier: whole(null) })
  await gateway.ask()
  const { nodes } = JSON.parse(await gateway.page('/ready'))
  expect(Object.keys(nodes)).toEqual(['local-a', 'local-b'])
  expect(nodes['local-a']).toMatchObject({ under_way: 0, load: { queue: 2 }, heard_ms_ago: 0 })
  const metrics = await gateway.page('/metrics')
  expect(metrics).toContain('nearside_node_queue{node="local-a"} 2')
  for (const text of [metrics, JSON.stringify(nodes)]) expect(text).not.toMatch(/example|secret/)
})
