/** What Upstash's own packages send, through the bridge to a plain Redis: whoever uses them can use the bridge. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Ratelimit } from '@upstash/ratelimit'
import { Redis } from '@upstash/redis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BridgedRedis, startBridgedRedis, token } from './opened-redis-store.ts'

let bridged: BridgedRedis
let listener: Listener
beforeAll(async () => {
  bridged = await startBridgedRedis()
  listener = await startListener(bridged.bridge.url)
})
beforeEach(async () => {
  await new Redis({ url: bridged.bridge.url, token }).flushall()
  listener.heard.length = 0
})
afterAll(async () => {
  await listener.close()
  await bridged.close()
})

type Heard = { readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: unknown }
type Listener = { readonly url: string; readonly heard: Heard[]; close(): Promise<void> }

/** Passes everything on with all its headers, and writes down what was asked. */
async function startListener(target: string): Promise<Listener> {
  const heard: Heard[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { url: path = '/', headers } = request
    heard.push({ path, headers, body: JSON.parse(body) })
    const names = ['authorization', 'upstash-encoding', 'upstash-sync-token']
    const passed = names.flatMap((name) => (name in headers ? [[name, String(headers[name])]] : []))
    const answer = await fetch(`${target}${path}`, {
      method: 'POST',
      headers: Object.fromEntries(passed),
      body,
    })
    const synced = answer.headers.get('upstash-sync-token') ?? ''
    response.writeHead(answer.status, { 'upstash-sync-token': synced }).end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Windows so long that none ends under a test. */
const limiters = {
  'a fixed window': Ratelimit.fixedWindow(5, '1000 d'),
  'a sliding window': Ratelimit.slidingWindow(5, '1000 d'),
  'a token bucket': Ratelimit.tokenBucket(5, '1000 d', 5),
}

describe.each([
  ['one by one, in base64', {}],
  ['one by one, in plain text', { responseEncoding: false, enableAutoPipelining: false }],
  ['in pipelines that the client makes by itself', { enableAutoPipelining: true }],
] as const)('@upstash/ratelimit over the bridge, %s', (_, settings) => {
  const redisOf = () => new Redis({ url: listener.url, token, retry: { retries: 0 }, ...settings })

  it.each(Object.entries(limiters))('passes what %s allows and no more', async (_, limiter) => {
    const ratelimit = new Ratelimit({ redis: redisOf(), limiter, ephemeralCache: false, timeout: 60_000 })
    const answers = []
    for (let calls = 0; calls < 7; calls += 1) answers.push(await ratelimit.limit('someone'))
    expect(answers.map(({ success }) => success)).toEqual([true, true, true, true, true, false, false])
    expect(answers.map(({ remaining }) => remaining)).toEqual([4, 3, 2, 1, 0, 0, 0])
    for (const { reason, limit, reset } of answers) {
      // It lets a call through where Redis does not answer in time, and says so here.
      expect(reason).toBeUndefined()
      expect(limit).toBe(5)
      expect(reset).toBeGreaterThan(Date.now())
    }
    expect((await ratelimit.limit('someone else')).success).toBe(true)
    expect((await ratelimit.getRemaining('someone')).remaining).toBe(0)
    await ratelimit.resetUsedTokens('someone')
    expect((await ratelimit.limit('someone')).success).toBe(true)
  })

  it.each(Object.entries(limiters))('passes five of forty at once through %s', async (_, limiter) => {
    const ratelimit = new Ratelimit({ redis: redisOf(), limiter, ephemeralCache: false, timeout: 60_000 })
    const answers = await Promise.all(Array.from({ length: 40 }, () => ratelimit.limit('crowd')))
    expect(answers.filter(({ success }) => success)).toHaveLength(5)
  })

  it('counts what a call weighs, and keeps its analytics', async () => {
    const ratelimit = new Ratelimit({
      redis: redisOf(),
      limiter: Ratelimit.fixedWindow(10, '1000 d'),
      analytics: true,
      prefix: 'weighed',
      timeout: 60_000,
    })
    const { success, remaining, pending } = await ratelimit.limit('someone', { rate: 7 })
    await pending
    expect([success, remaining]).toEqual([true, 3])
    expect((await ratelimit.limit('someone', { rate: 7 })).success).toBe(false)
    expect((await redisOf().keys('weighed:events:*')).length).toBeGreaterThan(0)
  })
})

it('is asked for scripts by digest, and for the text only once, as @upstash/ratelimit does', async () => {
  const redis = new Redis({ url: listener.url, token, enableAutoPipelining: false })
  await redis.scriptFlush()
  listener.heard.length = 0
  const ratelimit = new Ratelimit({
    redis,
    limiter: limiters['a fixed window'],
    ephemeralCache: false,
    timeout: 60_000,
  })
  for (let calls = 0; calls < 3; calls += 1) await ratelimit.limit('someone')
  const names = listener.heard.map(({ body }) => String((body as unknown[])[0]).toLowerCase())
  expect(names).toEqual(['evalsha', 'eval', 'evalsha', 'evalsha'])
})

it('hands out a sync token, which the client shows with its next command', async () => {
  const redis = new Redis({ url: listener.url, token, enableAutoPipelining: false })
  await redis.set('a', 'x')
  await redis.get('a')
  const [first, second] = listener.heard.map(({ headers }) => headers['upstash-sync-token'])
  expect(first).toBe('')
  expect(second).toMatch(/\S+/)
  expect(redis.readYourWritesSyncToken).toBe(second)
})

it('carries what the client gathers by itself in one pipeline, each answer to whoever asked', async () => {
  const redis = new Redis({ url: listener.url, token, enableAutoPipelining: true })
  const numbers = Array.from({ length: 50 }, (_, index) => index)
  await Promise.all(numbers.map((number) => redis.set(`key-${number}`, `wört ${number}`)))
  const got = await Promise.all(numbers.map((number) => redis.get(`key-${number}`)))
  expect(got).toEqual(numbers.map((number) => `wört ${number}`))
  expect(listener.heard.map(({ path }) => path)).toEqual(['/pipeline', '/pipeline'])
})

it('carries a transaction as one, in base64 and with what failed in its place', async () => {
  const redis = new Redis({ url: listener.url, token })
  const answers = await redis
    .multi()
    .set('a', 'ü')
    .get('a')
    .incr('n')
    .hset('h', { one: 1 })
    .hgetall('h')
    .exec()
  expect(answers).toEqual(['OK', 'ü', 1, 1, { one: 1 }])
  expect(listener.heard.map(({ path }) => path)).toEqual(['/multi-exec'])
  expect(listener.heard[0]?.headers['upstash-encoding']).toBe('base64')
})
