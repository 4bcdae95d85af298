/** The semantic cache at its port: what it takes for the same question, and what it never looks at. */
import { type JsonObject, readChatRequest } from '@nearside/core'
import { expect, it } from 'vitest'
import { openMetrics } from '../metrics/metrics.ts'
import type { CachedCall } from '../options/answer-cache.ts'
import type { CacheStore } from './cache-store.ts'
import { memoryCacheStore } from './memory-cache-store.ts'
import { type SemanticCacheOptions, semanticCache } from './semantic-cache.ts'

const secret = 'a secret of thirty-two characters or more'
const one = 'How do I reset my GitHub password?'
const other = 'What is the way to reset my password for GitHub?'

type Asked = { readonly tenant?: string; readonly level?: 'public' | 'sensitive'; readonly body?: JsonObject }

function opened(store: CacheStore = memoryCacheStore(), given: Partial<SemanticCacheOptions> = {}) {
  const metrics = openMetrics()
  const terms = { now: () => 1_000_000, finishes: false, counted: metrics.cache }
  const cache = semanticCache({ store, secret, ...given })
  const answers = cache.carry([cache.open(terms)], terms)
  return async (content: string, { tenant = 'acme', level = 'public', body = {} }: Asked = {}) => {
    const behind: Promise<unknown>[] = []
    const call: CachedCall = {
      id: 'ns_1',
      account: { tenant },
      request: readChatRequest({ model: 'm', messages: [{ role: 'user', content }], ...body }),
      wishes: {
        ask: { kind: 'auto' },
        privacy: { level, providers: [] },
        latencyMs: null,
        quality: null,
        strategy: null,
      },
      at: 1_000_000,
      clientGone: new AbortController().signal,
      alarm: { clear() {} },
      waitUntil: (work) => behind.push(work),
    }
    const privacy = () => call.wishes.privacy
    const asked = { call, url: 'https://api.acme.com/', header: undefined, privacy, tell: () => {} }
    const response = await answers.through(asked, async () => answer())
    await response.text()
    await Promise.all(behind)
    return response.headers.get('x-nearside-cache')
  }
}

function answer(): Response {
  const message = { role: 'assistant', content: 'canary-answer' }
  return Response.json(
    { model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] },
    { headers: { 'x-nearside-tier': 'frontier', 'x-nearside-model': 'm', 'x-nearside-decision': 'ns_0' } },
  )
}

const messages = (...texts: readonly (readonly [role: string, content: string])[]): JsonObject => ({
  messages: texts.map(([role, content]) => ({ role, content })),
})

it('gives a kept answer to the same question in other words', async () => {
  const ask = opened()
  expect([await ask(one), await ask(other), await ask(one)]).toEqual(['miss', 'hit', 'hit'])
})

it.each([
  ['another name', 'How do I reset my GitLab password?'],
  ['another thing', 'How do I reset my GitHub username?'],
  ['another direction', 'How do I reset GitHub to my password?'],
  ['another kind of question', 'Why was my GitHub password reset?'],
])('TRUST 23: does not take for it a question with %s', async (_, twin) => {
  const ask = opened()
  await ask(one)
  expect(await ask(twin)).toBe('miss')
})

it('TRUST 23: meets no other tenant, system prompt, tool, model or parameter', async () => {
  const ask = opened()
  await ask(one)
  const tool = { type: 'function', function: { name: 'f', parameters: {} } }
  const others: readonly Asked[] = [
    { tenant: 'other' },
    { body: messages(['system', 'You are brief.'], ['user', other]) },
    { body: messages(['developer', 'You are brief.'], ['user', other]) },
    { body: { tools: [tool] } },
    { body: { model: 'n' } },
    { body: { max_tokens: 5 } },
    { body: { response_format: { type: 'json_object' } } },
    { body: { messages: [{ role: 'user', content: other, name: 'Ann' }] } },
  ]
  for (const each of others) expect([each, await ask(other, each)]).toEqual([each, 'miss'])
  expect(await ask(other)).toBe('hit')
})

it('looks at nothing but one short question without history, public, whose answer leaves nothing to chance', async () => {
  const ask = opened()
  const image = [
    { type: 'text', text: other },
    { type: 'image_url', image_url: { url: 'https://a.test/b.png' } },
  ]
  const others: readonly Asked[] = [
    { level: 'sensitive' },
    { body: messages(['user', 'Hello'], ['assistant', 'Hello!'], ['user', other]) },
    { body: messages(['user', other], ['user', other]) },
    { body: { messages: [{ role: 'user', content: image }] } },
    { body: { temperature: 1 } },
    { body: { store: true } },
    { body: messages(['user', `${other} ${'Really? '.repeat(50)}`]) },
    { body: messages(['user', 'Hm.']) },
  ]
  for (const each of others) expect([each, await ask(other, each)]).toEqual([each, 'bypass'])
})

it('TRUST 22: tells a store nothing of the question, not even what it is like', async () => {
  const told: string[] = []
  const inner = memoryCacheStore()
  const ask = opened({
    zone: 'gateway',
    load: (tenant, name) => inner.load(tenant, name),
    save(tenant, name, sealed, keepMs) {
      told.push(tenant, name, atob(sealed))
      return inner.save(tenant, name, sealed, keepMs)
    },
  })
  await ask(one)
  await ask(other)
  expect(told).toHaveLength(3)
  expect(told[1]).toMatch(/^[0-9a-f]{64}$/)
  expect(told.join()).not.toMatch(/github|password|canary/i)
})

it('refuses what is for the exact cache alone', () => {
  const given = { store: memoryCacheStore(), secret, sensitive: 'store' } as SemanticCacheOptions
  expect(() => semanticCache(given)).toThrow(
    expect.objectContaining({ code: 'bad-options', param: 'semantic.sensitive' }),
  )
})
