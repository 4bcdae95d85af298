/** The openai client at the standalone Worker, in workerd, with limits: what it reads, and what it does about it. */
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Frontier, startFrontier } from '../../doubles/frontier.ts'
import { type RunningWorker, startWorker, type WorkerOptions } from '../../harness/worker.ts'
import { callerKey, digestOf, price } from '../security/requests.ts'

let frontier: Frontier
beforeAll(async () => {
  frontier = await startFrontier()
})
beforeEach(() => frontier.always({}))
afterAll(() => frontier.close())

const vars = (given: Record<string, string>): Record<string, string> => ({
  NEARSIDE_KEYS: `acme=${digestOf(callerKey)}`,
  NEARSIDE_FRONTIER_URL: `${frontier.url}/v1`,
  NEARSIDE_FRONTIER_KEY: frontier.key,
  NEARSIDE_FRONTIER_MODELS: 'gpt-double',
  NEARSIDE_PRICES: JSON.stringify({
    'gpt-double': { prices: [{ since: price.since, prompt: 1, output: 4 }] },
  }),
  NEARSIDE_ON_STORE_ERROR: 'refuse',
  ...given,
})

const start = (given: Record<string, string>, options: Partial<WorkerOptions> = {}): Promise<RunningWorker> =>
  startWorker({ vars: vars(given), ...options })

const openaiAt = (worker: RunningWorker, maxRetries = 0): OpenAI =>
  new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: callerKey, maxRetries })

const question = (maxTokens = 100) => ({
  model: 'frontier',
  max_tokens: maxTokens,
  messages: [{ role: 'user' as const, content: 'Prove that there is no largest prime.' }],
})

const refusal = async (asked: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> => {
  const error = await asked.then(
    () => null,
    (cause: unknown) => cause,
  )
  if (!(error instanceof OpenAI.APIError)) throw new Error('was not refused')
  return error
}

it('tells what the limits have left, and refuses what is beyond them as OpenAI does', async () => {
  await using worker = await start({
    NEARSIDE_LIMIT_REQUESTS_MINUTE: '2',
    NEARSIDE_LIMIT_TOKENS_MINUTE: '10000',
  })
  const openai = openaiAt(worker)
  const { response } = await openai.chat.completions.create(question()).withResponse()
  expect(response.headers.get('x-ratelimit-limit-requests')).toBe('2')
  expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('1')
  expect(response.headers.get('x-ratelimit-reset-requests')).toMatch(/^(?:1m)?\d+(?:\.\d+)?s$/)
  expect(response.headers.get('x-ratelimit-limit-tokens')).toBe('10000')
  expect(Number(response.headers.get('x-ratelimit-remaining-tokens'))).toBeLessThanOrEqual(9_900)
  expect(response.headers.get('x-ratelimit-reset-tokens')).toMatch(/^(?:1m)?\d+(?:\.\d+)?s$/)

  const tooLarge = await refusal(openai.chat.completions.create(question(20_000)))
  expect([tooLarge.status, tooLarge.code, tooLarge.type]).toEqual([429, 'rate_limit_exceeded', 'tokens'])
  expect(tooLarge.headers?.get('x-should-retry')).toBe('false')

  await openai.chat.completions.create(question())
  const tooMany = await refusal(openai.chat.completions.create(question()))
  expect([tooMany.status, tooMany.code, tooMany.type]).toEqual([429, 'rate_limit_exceeded', 'requests'])
  expect(tooMany.message).toMatch(/requests per minute.*account.*limit 2/)
  const waitMs = Number(tooMany.headers?.get('retry-after-ms'))
  expect(waitMs).toBeGreaterThan(30_000)
  expect(waitMs).toBeLessThanOrEqual(61_000)
  expect(tooMany.headers?.get('x-ratelimit-remaining-requests')).toBe('0')
  expect(tooMany.headers?.get('retry-after')).toBe(String(Math.ceil(waitMs / 1_000)))

  const headers = { authorization: `Bearer ${callerKey}` }
  const metrics = await (await fetch(`${worker.url}/metrics`, { headers })).text()
  expect(metrics).toContain('nearside_denials_total{kind="requests"} 1')
  expect(metrics).toContain('nearside_denials_total{kind="tokens"} 1')
  expect(await worker.faults()).toEqual([])
})

it('gives back the tokens that an answer did not take', async () => {
  await using worker = await start({ NEARSIDE_LIMIT_TOKENS_MINUTE: '10000' })
  frontier.always({ answer: { usage: { promptTokens: 20, outputTokens: 30 } } })
  const openai = openaiAt(worker)
  for (let call = 0; call < 3; call += 1) await openai.chat.completions.create(question(4_000))
  // Each is told after its own bound was taken: of the three before, settled, only what they used still counts.
  await expect
    .poll(async () => {
      const { response } = await openai.chat.completions.create(question(1_000)).withResponse()
      return Number(response.headers.get('x-ratelimit-remaining-tokens'))
    })
    .toBeGreaterThan(8_000)
})

it('has the client wait where too many requests are under way, and serves it when one has ended', async () => {
  await using worker = await start({ NEARSIDE_LIMIT_CONCURRENT: '1' })
  frontier.next({ fault: 'slow-first-byte', delayMs: 700 })
  const first = openaiAt(worker).chat.completions.create(question())
  await frontier.request(frontier.requests.length)
  const refused = await refusal(openaiAt(worker).chat.completions.create(question()))
  expect([refused.status, refused.code]).toEqual([429, 'concurrency_limit_exceeded'])
  expect(refused.headers?.get('retry-after')).toBe('1')

  const second = await openaiAt(worker, 3).chat.completions.create(question())
  expect(second.choices[0]?.message.content).toBe('The capital of France is Paris.')
  expect((await first).choices[0]?.message.content).toBe('The capital of France is Paris.')
})

it('limits what costs nothing by the binding, without the ledger, and answers of the edge not at all', async () => {
  await using node = await startFrontier()
  const local = {
    NEARSIDE_LOCAL_URL: `${node.url}/v1`,
    NEARSIDE_LOCAL_SECRET: node.key,
    NEARSIDE_LOCAL_MODELS: 'small',
  }
  await using worker = await start(
    { ...local, NEARSIDE_LIMIT_REQUESTS_MINUTE: '1' },
    { rateLimits: { UNPRICED_LIMIT: 2 } },
  )
  const openai = openaiAt(worker)
  const asked = { ...question(), model: 'local' }
  const { response } = await openai.chat.completions.create(asked).withResponse()
  expect(response.headers.get('x-ratelimit-limit-requests')).toBeNull()
  await openai.chat.completions.create(asked)
  const refused = await refusal(openai.chat.completions.create(asked))
  expect([refused.status, refused.code, refused.type]).toEqual([429, 'rate_limit_exceeded', 'requests'])
  expect(node.requests).toHaveLength(2)
  const sum = { model: 'auto', messages: [{ role: 'user' as const, content: 'What is 17 * 23?' }] }
  expect((await openai.chat.completions.create(sum)).choices[0]?.message.content).toContain('391')
  await openai.chat.completions.create(question())
})

it('serves what a limit refused from what costs nothing, where the operator says so, and tells that it did', async () => {
  await using node = await startFrontier()
  await using worker = await start({
    NEARSIDE_LOCAL_URL: `${node.url}/v1`,
    NEARSIDE_LOCAL_SECRET: node.key,
    NEARSIDE_LOCAL_MODELS: 'small',
    NEARSIDE_LIMIT_REQUESTS_MINUTE: '1',
    NEARSIDE_WHEN_SPENT: 'nearer',
  })
  const openai = openaiAt(worker)
  // What tells the router that a small model cannot: it goes to the frontier while it may.
  const hard = { ...question(), model: 'auto', messages: [{ role: 'user' as const, content: hardText }] }
  const tiers: (string | null)[] = []
  for (let call = 0; call < 2; call += 1) {
    const { response } = await openai.chat.completions.create(hard).withResponse()
    tiers.push(response.headers.get('x-nearside-tier'), response.headers.get('x-nearside-degraded'))
  }
  expect(tiers).toEqual(['frontier', null, 'local', 'limit-reached'])
})

const hardText = `Prove, step by step, that every finite group of odd order is solvable; then analyse the complexity of
the following algorithm, compare it with two alternatives, and derive a tight lower bound. ${'Explain why. '.repeat(40)}`
