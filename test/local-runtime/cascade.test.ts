/** A cascade before a real local-runtime: its own word of its answer is what the gateway goes by. */
import { cascade, consistency, nearside, type RequestRecord } from '@nearside/workers'
import { Hono } from 'hono'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { type RunningApp, startNodeApp } from '../harness/node-app.ts'
import { type Served, serveForTest } from './served-runtime.ts'

let runtime: Served
let frontier: Frontier
let gateway: RunningApp
const records: RequestRecord[] = []

/** What the demonstration model may claim at most, as its manifest says. */
const ceiling = 0.05
const question = { model: 'auto', messages: [{ role: 'user' as const, content: 'Hello! Who are you?' }] }

beforeAll(async () => {
  runtime = await serveForTest({})
  await runtime.ready
  frontier = await startFrontier()
  const app = new Hono()
  const zone = 'premises'
  const upstreams = {
    account: () => ({ tenant: 'acme' }),
    edge: false,
    local: { url: `${runtime.url}/v1`, models: ['nearside-demo'], zone },
    frontier: {
      url: `${frontier.url}/v1`,
      key: frontier.key,
      models: [{ model: 'gpt-4o', price: 'free' }],
    },
    strategies: [cascade(), consistency()],
    onRecord: (record: RequestRecord) => void records.push(record),
  } as const
  app.use('/wary/*', under('/wary', { ...upstreams, policy: { strategy: 'cascade' } }))
  app.use(
    '/easy/*',
    under('/easy', { ...upstreams, policy: { strategy: 'cascade', cascade: { bar: 0.01 } } }),
  )
  app.use('/twice/*', under('/twice', { ...upstreams, policy: { strategy: 'consistency' } }))
  gateway = await startNodeApp({ fetch: (request) => app.fetch(request) })
}, 120_000)
afterAll(async () => {
  await Promise.all([gateway.close(), frontier.close(), runtime.close()])
})
beforeEach(() => {
  records.length = 0
})

function under(path: string, options: Parameters<typeof nearside>[0]): ReturnType<typeof nearside> {
  const inner = new Hono()
  inner.use('*', nearside(options))
  return async (c) => inner.fetch(new Request(c.req.url.replace(path, ''), c.req.raw))
}

async function ask(path: string, more: object = {}) {
  const client = new OpenAI({ baseURL: `${gateway.url}/${path}/v1`, apiKey: 'any', maxRetries: 0 })
  const { data, response } = await client.chat.completions
    .create({ ...question, ...more, stream: false })
    .withResponse()
  const said = (word: string) => response.headers.get(`x-nearside-${word}`)
  return { text: data.choices[0]?.message.content ?? '', said }
}

it('escalates what the demonstration model may claim too little for, and tells its word and its joules', async () => {
  const { text, said } = await ask('wary')
  expect(text).toContain('Paris')
  expect([said('tier'), said('reason')]).toEqual(['frontier', 'escalated'])
  const [near] = records[0]?.judged ?? []
  expect(near).toMatchObject({ target: 'local', outcome: 'unsure' })
  expect(near?.confidence).toBeGreaterThan(0)
  expect(near?.confidence).toBeLessThanOrEqual(ceiling)
})

it('serves it under a bar that it reaches, with the confidence that it claimed', async () => {
  const { text, said } = await ask('easy')
  expect(text).toContain('demonstration model')
  expect([said('tier'), said('reason')]).toEqual(['local', 'near-passed'])
  expect(Number(said('confidence'))).toBeLessThanOrEqual(ceiling)
})

it('streams it once its first words are sure, without the probabilities that the gateway asked for', async () => {
  const client = new OpenAI({ baseURL: `${gateway.url}/easy/v1`, apiKey: 'any', maxRetries: 0 })
  let text = ''
  const stream = await client.chat.completions.create({ ...question, stream: true })
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? ''
    expect(chunk.choices[0]?.logprobs ?? null).toBeNull()
  }
  expect(text).toContain('demonstration model')
  expect(records[0]).toMatchObject({ outcome: 'answered', served: { tier: 'local' } })
})

it('compares two of its samples, and serves one or asks the frontier', async () => {
  const { said } = await ask('twice', { temperature: 0 })
  const told = records[0]?.judged ?? []
  expect(told.length).toBeGreaterThanOrEqual(2)
  expect(said('reason')).toBe(told.some(({ outcome }) => outcome === 'agreed') ? 'agreed' : 'disagreed')
})
