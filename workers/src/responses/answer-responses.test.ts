/** The whole middleware over an upstream and stores in memory: what a Responses request shares with every other. */
import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { nearside } from '../middleware.ts'
import type { NearsideOptions } from '../options/options.ts'
import { memoryReplayStore } from '../replay/memory-replay-store.ts'
import { memoryResponseStore } from '../replay/memory-response-store.ts'
import type { ResponseStore } from '../replay/response-store.ts'

const secret = 'a secret of thirty-two characters or more'
const price = { prompt: 1_000, cachedPrompt: 500, output: 4_000, since: '2026-01-01', longContext: null }

function opened(more: Partial<NearsideOptions> = {}) {
  let asked = 0
  const app = new Hono()
  app.use(
    nearside({
      account: () => ({ tenant: 'acme' }),
      edge: false,
      frontier: { url: 'https://frontier.example/v1', key: 'k', models: [{ model: 'gpt-4o', price }] },
      fetch: async () => {
        asked++
        const message = { role: 'assistant', content: `Answer ${asked}.` }
        return Response.json({ model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] })
      },
      ...more,
    }),
  )
  const ask = async (given: object = {}, headers: Record<string, string> = {}, path = 'responses') =>
    app.request(`/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'frontier', input: 'Prove it.', ...given }),
    })
  return { ask, asked: () => asked }
}

it('TRUST 11: gives a repeat under one idempotency-key the same response, whole and streamed, asked once', async () => {
  for (const stream of [false, true]) {
    const { ask, asked } = opened({ idempotency: { store: memoryReplayStore(), secret, zone: 'premises' } })
    const idOf = async (): Promise<unknown> => {
      const text = await (await ask({ stream }, { 'idempotency-key': 'one' })).text()
      return /resp_ns_[0-9a-f]{32}/.exec(text)?.[0]
    }
    const first = await idOf()
    expect([await idOf(), asked()]).toEqual([first, 1])
    expect((await ask({ stream, input: 'Another.' }, { 'idempotency-key': 'one' })).status).toBe(422)
  }
})

it('says that a response is not kept where its store fails, and gives the answer', async () => {
  const failing: ResponseStore = {
    ...memoryResponseStore(),
    save: () => Promise.reject(new Error('away')),
  }
  const { ask } = opened({ responses: { store: failing, secret, zone: 'premises' } })
  for (const stream of [false, true]) {
    const text = await (await ask({ stream })).text()
    expect(text).toContain('"status":"completed"')
    expect(text.slice(text.lastIndexOf('"store":'))).toMatch(/^"store":false/)
  }
})

it('refuses to carry on from a store that does not answer, before anything is asked', async () => {
  const failing: ResponseStore = {
    ...memoryResponseStore(),
    load: () => Promise.reject(new Error('away')),
  }
  const { ask, asked } = opened({ responses: { store: failing, secret, zone: 'premises' } })
  const answer = await ask({ previous_response_id: 'resp_ns_1' })
  expect([answer.status, asked()]).toEqual([expect.toBeOneOf([500, 503]), 0])
})

it('is refused at the start where what keeps responses cannot be right', () => {
  const store = memoryResponseStore()
  for (const [responses, param] of [
    [{ store }, 'responses.secret'],
    [{ store, secret: 'short' }, 'sealSecret'],
    [{ secret }, 'responses.store'],
    [{ store, secret, zone: 'elsewhere' }, 'responses.zone'],
    [{ store, secret, keepMs: 0 }, 'responses.keepMs'],
    [{ store, secret, days: 3 }, 'responses.days'],
  ] as const) {
    const wrong = { responses } as unknown as Partial<NearsideOptions>
    expect(() => opened(wrong)).toThrow(expect.objectContaining({ code: 'bad-options', param }))
  }
})
