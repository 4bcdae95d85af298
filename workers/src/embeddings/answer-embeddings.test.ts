/** What of embeddings needs no server: repeats, stand-ins, and answers that are none. */
import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { nearside } from '../middleware.ts'
import type { NearsideOptions } from '../options/options.ts'
import type { RequestRecord } from '../record/record.ts'
import { memoryReplayStore } from '../replay/memory-replay-store.ts'

const answer = JSON.stringify({
  object: 'list',
  data: [{ object: 'embedding', index: 0, embedding: 'AAAAAA==' }],
  model: 'e',
  usage: { prompt_tokens: 2, total_tokens: 2 },
})

function opened(answers: Record<string, () => Response>, given: Partial<NearsideOptions> = {}) {
  const asked: string[] = []
  const records: RequestRecord[] = []
  const upstream = (host: string) => ({
    url: `https://${host}.example/v1`,
    models: [],
    embeddings: [{ model: 'e', price: 'free' as const }],
  })
  const app = new Hono()
  app.use(
    '*',
    nearside({
      account: () => ({ tenant: 'acme' }),
      frontier: Object.keys(answers).map(upstream),
      retry: { attempts: 1 },
      onRecord: (record) => void records.push(record),
      fetch: async (input) => {
        asked.push(String(input))
        return answers[new URL(String(input)).hostname.split('.')[0] ?? '']?.() ?? Response.error()
      },
      ...given,
    }),
  )
  const ask = (
    headers: Record<string, string> = {},
    body: unknown = { model: 'e', input: 'canary' },
    path = 'embeddings',
  ) =>
    app.request(`/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  return { ask, asked, records }
}

const good = (): Response => new Response(answer, { headers: { 'content-type': 'application/json' } })
const busy = (): Response => new Response('{"error":{"message":"busy"}}', { status: 503 })
const empty = (): Response => Response.json({ choices: [] })

it('gives the answer as it was written, and asks the address of the operator', async () => {
  const { ask, asked } = opened({ one: good })
  expect(await (await ask()).text()).toBe(answer)
  expect(asked).toEqual(['https://one.example/v1/embeddings'])
})

it('lets an upstream that offers the same model stand in for one that fails', async () => {
  const { ask, asked, records } = opened({ one: busy, two: good })
  expect((await ask()).status).toBe(200)
  expect(asked).toEqual(['https://one.example/v1/embeddings', 'https://two.example/v1/embeddings'])
  expect(records).toMatchObject([{ outcome: 'answered', served: { attempts: 2 } }])
})

it('takes no answer for embeddings that is none, and quotes no word of it', async () => {
  const { ask, records } = opened({ one: empty })
  const refused = await ask()
  expect(refused.status).toBe(502)
  expect(await refused.text()).not.toContain('canary')
  expect(JSON.stringify(records)).not.toContain('canary')
})

it('TRUST 11: makes one upstream call for one idempotency-key, and refuses another text under it', async () => {
  const idempotency = { store: memoryReplayStore(), secret: 's'.repeat(32), zone: 'gateway' as const }
  const { ask, asked } = opened({ one: good }, { idempotency })
  const key = { 'idempotency-key': 'job-7' }
  const [first, second] = [await (await ask(key)).text(), await ask(key)]
  expect([first, await second.text()]).toEqual([answer, answer])
  expect(second.headers.get('x-nearside-replayed')).toBe('true')
  expect((await ask(key, { model: 'e', input: 'other' })).status).toBe(422)
  expect(asked).toHaveLength(1)
})

it('TRUST 25: reads no body that it may not look into', async () => {
  const { ask, asked } = opened({ one: good }, { edgeMaySee: false })
  const refused = await ask({ 'x-nearside-privacy': 'never-leave' })
  expect([refused.status, asked]).toEqual([403, []])
})

it('says that it is the input which is too long', async () => {
  const { ask } = opened({ one: good })
  const refused = await ask({}, { model: 'e', input: ['short', 'word '.repeat(1_000_000)] })
  expect(await refused.json()).toMatchObject({
    error: { param: 'input', code: 'context_length_exceeded', message: expect.stringContaining('input') },
  })
})

it('TRUST 11: gives no chat’s answer under a key to who asks for embeddings with the same body', async () => {
  const idempotency = { store: memoryReplayStore(), secret: 's'.repeat(32), zone: 'gateway' as const }
  const chat = {
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'stop' }],
  }
  const frontier = {
    url: 'https://one.example/v1',
    models: [{ model: 'e', price: 'free' as const }],
    embeddings: [{ model: 'e', price: 'free' as const }],
  }
  const { ask } = opened({ one: () => Response.json(chat) }, { idempotency, frontier })
  const body = { model: 'e', input: 'x', messages: [{ role: 'user', content: 'x' }] }
  const key = { 'idempotency-key': 'job-7' }
  expect(await (await ask(key, body, 'chat/completions')).text()).toContain('Hi.')
  expect((await ask(key, body)).status).toBe(422)
})

it('keeps from a local node what it says the node had no use for', async () => {
  const sent: string[] = []
  const local = { url: 'https://node.example/v1', models: [], embeddings: ['e'] }
  const fetch = async (_: unknown, init?: RequestInit) => {
    sent.push(String(init?.body))
    return good()
  }
  const { ask } = opened({}, { frontier: [], local, fetch })
  const answered = await ask({}, { model: 'e', input: 'x', metadata: { a: 'b' }, dimensions: 8 })
  expect(answered.headers.get('x-nearside-ignored')).toBe('metadata')
  expect(sent.map((text) => JSON.parse(text))).toEqual([{ model: 'e', input: 'x', dimensions: 8 }])
})
