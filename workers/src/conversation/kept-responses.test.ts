/** What is kept, over stores that are slow, far away or full of it: the middleware asked as a caller asks it. */
import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { nearside } from '../middleware.ts'
import type { NearsideOptions, ResponseOptions } from '../options/options.ts'
import { memoryResponseStore } from '../replay/memory-response-store.ts'
import type { ResponseStore } from '../replay/response-store.ts'

const secret = 'a secret of thirty-two characters or more'

function opened(
  responses: Partial<ResponseOptions> = {},
  said = 'Ten.',
  more: Partial<NearsideOptions> = {},
) {
  const sent: string[] = []
  const app = new Hono()
  app.use(
    nearside({
      account: () => ({ tenant: 'acme' }),
      edge: false,
      local: {
        url: 'https://node.example/v1',
        models: [{ model: 'small', contextTokens: 1_000_000 }],
        zone: 'premises',
      },
      deadlines: { storeMs: 50 },
      responses: { store: memoryResponseStore(), secret, zone: 'premises', ...responses },
      fetch: async (_, init) => {
        sent.push(String(init?.body))
        const message = { role: 'assistant', content: said }
        return Response.json({ model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] })
      },
      ...more,
    }),
  )
  const ask = (given: object = {}, headers: Record<string, string> = {}) =>
    app.request('/v1/responses', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'small', input: 'Count.', ...given }),
    })
  return { ask, sent, app }
}

/** A store that hears every call and answers none. */
const hung = (): ResponseStore => {
  const never = () => new Promise<never>(() => {})
  return { save: never, load: never, remove: never }
}

it('TRUST 10: gives the answer within the store’s deadline where the store hangs, and says that it is not kept', async () => {
  const { ask } = opened({ store: hung() })
  for (const stream of [false, true]) {
    const text = await (await ask({ stream })).text()
    expect(text).toContain('"status":"completed"')
    expect(text.slice(text.lastIndexOf('"store":'))).toMatch(/^"store":false/)
  }
})

it('TRUST 10: refuses within the store’s deadline to carry on, show or delete what a hung store has', async () => {
  const { ask, sent, app } = opened({ store: hung() })
  const item = { type: 'item_reference', id: 'msg_ns_1_0' }
  const refused = [
    await ask({ previous_response_id: 'resp_ns_1' }),
    await ask({ input: [item] }),
    await app.request('/v1/responses/resp_ns_1'),
    await app.request('/v1/responses/resp_ns_1', { method: 'DELETE' }),
  ]
  expect(refused.map(({ status }) => status)).toEqual([503, 503, 503, 503])
  expect(sent).toEqual([])
})

it('TRUST 25: asks a store that a request may not go to for nothing, and says why', async () => {
  const asked: string[] = []
  const store = memoryResponseStore()
  const load: ResponseStore['load'] = (tenant, name) => {
    asked.push(tenant)
    return store.load(tenant, name)
  }
  const told: ResponseStore = { ...store, load }
  const { ask, sent } = opened({ store: told, zone: 'provider:store.example' })
  const { id } = (await (await ask()).json()) as { id: string }
  const neverLeave = { 'x-nearside-privacy': 'never-leave' }
  const item = { type: 'item_reference', id: `msg_${id.slice('resp_'.length)}_0` }
  for (const given of [{ previous_response_id: id }, { input: [item] }]) {
    const refused = await ask(given, neverLeave)
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ error: { code: 'privacy_refused' } })
  }
  expect([asked, sent.length]).toEqual([[], 1])
  expect((await ask({ previous_response_id: id })).status).toBe(200)
})

it('TRUST 36: refuses references that would make a small request a huge one, before anything is asked', async () => {
  const { ask, sent } = opened({}, 'a '.repeat(5_000))
  const { output } = (await (await ask()).json()) as { output: readonly { id: string }[] }
  const item = { type: 'item_reference', id: output[0]?.id }
  expect((await ask({ input: [item, { role: 'user', content: 'Go on.' }] })).status).toBe(200)
  const refused = await ask({ input: Array.from({ length: 2_000 }, () => item) })
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({
    error: { param: expect.stringMatching(/^input\[\d+\]\.id$/) },
  })
  expect(sent).toHaveLength(2)
})

it('finds, carries on and deletes what was kept under the secret before, and keeps under the new one', async () => {
  const store = memoryResponseStore()
  const now = 'another secret, of no fewer characters'
  const old = opened({ store })
  const changed = opened({ store, secret: now, previousSecret: secret })
  const done = opened({ store, secret: now })
  const idOf = async (response: Response): Promise<string> => ((await response.json()) as { id: string }).id

  const first = await idOf(await old.ask())
  expect((await changed.app.request(`/v1/responses/${first}`)).status).toBe(200)
  const next = await changed.ask({ previous_response_id: first, input: 'And then?' })
  expect(next.status).toBe(200)
  expect(changed.sent[0]).toContain('Ten.')

  const second = await idOf(next)
  expect((await done.ask({ previous_response_id: second })).status).toBe(200)
  expect((await done.ask({ previous_response_id: first })).status).toBe(400)
  expect((await changed.app.request(`/v1/responses/${first}`, { method: 'DELETE' })).status).toBe(200)
  expect((await changed.app.request(`/v1/responses/${first}`)).status).toBe(404)
  expect((await changed.app.request(`/v1/responses/${first}`, { method: 'DELETE' })).status).toBe(404)
})

it('asks for a previous secret that is as long as the secret', () => {
  for (const previousSecret of ['short', 5])
    expect(() => opened({ previousSecret: previousSecret as string })).toThrow(
      'responses.previousSecret has at least 32 characters',
    )
})
