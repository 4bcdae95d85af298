import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { nearside } from '../middleware.ts'
import type { NearsideOptions } from '../options/options.ts'

const answer = {
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 5 },
}
const canary = 'sk-canary-of-the-operator'

/** A gateway before one frontier with two models, whose answers are set by the status. */
function open(more: Partial<NearsideOptions> = {}) {
  const clock = { at: 1_000_000 }
  const upstream = { status: 200, asked: 0 }
  const app = new Hono().use(
    '*',
    nearside({
      account: ({ req }) => (req.header('authorization') === undefined ? null : { tenant: 'acme' }),
      edge: false,
      frontier: {
        url: 'http://secret-host.example/v1',
        key: canary,
        models: [
          { model: 'large', price: 'free' },
          { model: 'small', price: 'free' },
        ],
      },
      retry: { attempts: 1, pauseMs: 1 },
      breaker: { failures: 100 },
      now: () => clock.at,
      fetch: async () => {
        upstream.asked++
        const { status } = upstream
        return Response.json(status === 200 ? answer : { error: { message: canary } }, { status })
      },
      ...more,
    }),
  )
  const headers = { authorization: 'Bearer caller', 'content-type': 'application/json' }
  return {
    clock,
    upstream,
    async ask(model: string, status: number): Promise<number> {
      upstream.status = status
      const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Say hi.' }] })
      return (await app.request('/v1/chat/completions', { method: 'POST', headers, body })).status
    },
    async ready() {
      const response = await app.request('/ready', { headers })
      const text = await response.text()
      for (const secret of [canary, 'secret-host']) expect(text).not.toContain(secret)
      return [response.status, JSON.parse(text).tiers]
    },
    stranger: async () => {
      const response = await app.request('/ready')
      return [response.status, await response.json()]
    },
  }
}

it('is not ready once the only upstream refuses its key, and says so of each of its models', async () => {
  const gateway = open()
  expect(await gateway.ready()).toEqual([200, { frontier: 'ready', 'frontier/2': 'ready' }])
  expect(await gateway.ask('large', 401)).toBe(502)
  expect(await gateway.ready()).toEqual([503, { frontier: 'key-refused', 'frontier/2': 'key-refused' }])
  expect(await gateway.stranger()).toEqual([503, { status: 'not-ready' }])
})

it('is ready again as soon as a call succeeds, with whichever model', async () => {
  const gateway = open()
  await gateway.ask('large', 401)
  expect(await gateway.ask('small', 200)).toBe(200)
  expect(await gateway.ready()).toEqual([200, { frontier: 'ready', 'frontier/2': 'ready' }])
})

it('says of one model alone that it is forbidden or not found, and stays ready', async () => {
  const gateway = open()
  await gateway.ask('large', 403)
  await gateway.ask('small', 404)
  expect(await gateway.ready()).toEqual([200, { frontier: 'forbidden', 'frontier/2': 'not-found' }])
  await gateway.ask('small', 200)
  expect(await gateway.ready()).toEqual([200, { frontier: 'forbidden', 'frontier/2': 'ready' }])
})

it('counts as ready again after a minute, or a balancer would never send the call that finds out', async () => {
  const gateway = open()
  await gateway.ask('large', 401)
  gateway.clock.at += 59_999
  expect((await gateway.ready())[0]).toBe(503)
  gateway.clock.at += 1
  expect(await gateway.ready()).toEqual([200, { frontier: 'key-refused', 'frontier/2': 'key-refused' }])
})

it('keeps what it last heard of a key when a call fails for another reason', async () => {
  const gateway = open()
  await gateway.ask('large', 401)
  await gateway.ask('large', 500)
  expect((await gateway.ready())[1].frontier).toBe('key-refused')
})

it('stays ready while another upstream may answer, and says what a node has against its key', async () => {
  const local = { url: 'http://node.example/v1', models: [{ model: 'near', price: 'free' as const }] }
  const gateway = open({ local })
  await gateway.ask('large', 401)
  const keyRefused = { frontier: 'key-refused', 'frontier/2': 'key-refused' }
  expect(await gateway.ready()).toEqual([200, { local: 'ready', ...keyRefused }])
  await gateway.ask('near', 401)
  expect(await gateway.ready()).toEqual([503, { local: 'key-refused', ...keyRefused }])
})

it('asks nobody to say whether it is ready', async () => {
  const gateway = open()
  await gateway.ask('large', 401)
  await gateway.ready()
  await gateway.stranger()
  expect(gateway.upstream.asked).toBe(1)
})
