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
    [{ store, secret: 'short' }, 'responses.secret'],
    [{ secret }, 'responses.store'],
    [{ store, secret, zone: 'elsewhere' }, 'responses.zone'],
    [{ store, secret, keepMs: 0 }, 'responses.keepMs'],
    [{ store, secret, days: 3 }, 'responses.days'],
  ] as const) {
    const wrong = { responses } as unknown as Partial<NearsideOptions>
    expect(() => opened(wrong)).toThrow(expect.objectContaining({ code: 'bad-options', param }))
  }
})

/** What a stream of an upstream's that goes wrong is told as. */
async function toldOf(pieces: readonly string[], more: Partial<NearsideOptions> = {}) {
  const { ask } = opened({
    fetch: async () => new Response(pieces.join(''), { headers: { 'content-type': 'text/event-stream' } }),
    ...more,
  })
  const reader = (await ask({ stream: true })).body?.getReader()
  let text = ''
  try {
    for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) {
      text += new TextDecoder().decode(piece.value)
    }
  } catch {
    // It is aborted behind its last event.
  }
  return Array.from(
    text.matchAll(/^data: (.*)$/gm),
    ([, data = '']) => JSON.parse(data) as Record<string, unknown>,
  )
}

const saying = (content: string): string =>
  `data: {"choices":[{"index":0,"delta":{"content":"${content}"}}]}\n\n`
const upstreamsError =
  'data: {"error":{"message":"canary","type":"server_error","param":null,"code":"boom"}}\n\n'

it('begins a stream with its opening events and tells all that came, also where it fails at once', async () => {
  const onHangUps = ['abort', 'finish'] as const
  for (const onHangUp of onHangUps) {
    const events = await toldOf([saying('Half'), upstreamsError], { onHangUp })
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index))
    const types = events.map(({ type }) => type)
    expect([types[0], types.at(-1)]).toEqual(['response.created', 'response.failed'])
  }
})

it('passes on no word of an error that an upstream put into its stream', async () => {
  for (const onHangUp of ['abort', 'finish'] as const) {
    expect(JSON.stringify(await toldOf([saying('Half'), upstreamsError], { onHangUp }))).not.toContain(
      'canary',
    )
  }
})

it('names the field as this format calls it, whoever found it wrong', async () => {
  const { ask } = opened()
  const long = await ask({ input: 'word '.repeat(1_000_000) })
  expect([long.status, await long.json()]).toMatchObject([400, { error: { param: 'input' } }])
  const refusing = opened({
    fetch: async () =>
      Response.json({ error: { param: 'messages[0].content', code: 'too_odd' } }, { status: 422 }),
  })
  const refused = await refusing.ask()
  expect(await refused.json()).toMatchObject({ error: { param: 'input', code: 'too_odd' } })
  expect(refused.status).toBe(422)
})

it('says which methods the path of a response takes', async () => {
  const app = new Hono().use(nearside({ account: () => ({ tenant: 'acme' }) }))
  const refused = await app.request('/v1/responses/resp_ns_1', { method: 'PUT' })
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, DELETE'])
})

it('answers who asks for encrypted reasoning, as programs do by habit, and says that there is none', async () => {
  const { ask } = opened()
  for (const stream of [false, true]) {
    const answer = await ask({ stream, store: false, include: ['reasoning.encrypted_content'] })
    expect([answer.status, answer.headers.get('x-nearside-ignored')]).toEqual([200, 'include'])
    expect(await answer.text()).not.toContain('logprobs":[{')
  }
  expect((await ask()).headers.get('x-nearside-ignored')).toBeNull()
})

it('has a client not ask again for an answer that was paid for and is too long to be told', async () => {
  const message = { role: 'assistant', content: 'x'.repeat(5 * 2 ** 20) }
  const { ask } = opened({
    fetch: async () => Response.json({ model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] }),
  })
  const refused = await ask()
  expect([refused.status, refused.headers.get('x-should-retry')]).toEqual([502, 'false'])
})
