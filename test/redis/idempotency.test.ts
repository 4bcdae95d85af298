import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { newTenant } from '../budget/builders.ts'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { chatRequest, connectRaw } from '../harness/raw.ts'
import { startFront } from './front.ts'
import { type BridgedRedis, startBridgedRedis } from './opened-redis-store.ts'
import { type Opened, places, variablesOf } from './standalone.ts'
import { typeCommand } from './start-redis.ts'

const sealSecret = 'a-seal-secret-of-the-tests-that-is-long-enough'
let bridged: BridgedRedis
let frontier: Frontier
beforeAll(async () => {
  bridged = await startBridgedRedis()
  frontier = await startFrontier()
})
afterAll(async () => {
  await frontier.close()
  await bridged.close()
})

const opened: Opened[] = []
afterAll(() => Promise.all(opened.map((gateway) => gateway[Symbol.asyncDispose]())))

/** Answers are settled and kept, and keys freed, behind the answer. */
const patience = { timeout: 30_000 }

const asked = (): number => frontier.requests.filter(({ path }) => path.endsWith('/chat/completions')).length

const hex = async (key: string): Promise<string> =>
  Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))).toString('hex')

describe.each(Object.entries(places))('idempotency-key at a gateway in %s', (_, open) => {
  async function gateway(tenants: readonly string[] = [newTenant()], more: Record<string, string> = {}) {
    const { NEARSIDE_OPEN: _open, ...vars } = variablesOf({
      frontier,
      onStoreError: 'refuse',
      url: bridged.bridge.url,
    })
    const pairs = await Promise.all(
      tenants.map(async (tenant) => `${tenant}=${await hex(`key-of-${tenant}`)}`),
    )
    const started = await open({
      ...vars,
      NEARSIDE_KEYS: pairs.join(','),
      NEARSIDE_SEAL_SECRET: sealSecret,
      NEARSIDE_REDIS_ZONE: 'premises',
      ...more,
    })
    opened.push(started)
    const clients = tenants.map(
      (tenant) => new OpenAI({ baseURL: `${started.url}/v1`, apiKey: `key-of-${tenant}`, maxRetries: 0 }),
    )
    return { ...started, tenant: tenants[0] ?? '', clients, openai: clients[0] as OpenAI }
  }
  const body = (content = 'Why?') => ({
    model: 'dear',
    max_tokens: 1_000,
    messages: [{ role: 'user' as const, content }],
  })
  const keyed = (key: string) => ({ headers: { 'idempotency-key': key } })
  const ask = (openai: OpenAI, key: string, content = 'Why?') =>
    openai.chat.completions.create(body(content), keyed(key)).withResponse()
  const refusal = (openai: OpenAI, key: string, content = 'Why?') =>
    ask(openai, key, content).then(
      () => null,
      (error) => ({ status: error.status, code: error.code, retryAfter: error.headers.get('retry-after') }),
    )
  /** What is asked with that key, once nobody else holds it. */
  const askWhenFree = (openai: OpenAI, key: string) => vi.waitFor(() => ask(openai, key), patience)
  /** What the account has spent, once nothing is held of it. */
  const spent = ({ url, tenant }: { url: string; tenant: string }): Promise<string> =>
    vi.waitFor(async () => {
      const headers = { authorization: `Bearer key-of-${tenant}` }
      const { caps } = (await (await fetch(`${url}/v1/budget`, { headers })).json()) as {
        readonly caps: readonly { readonly reserved: string }[]
      }
      expect(caps).toMatchObject([{ reserved: '$0.00' }])
      return JSON.stringify(caps)
    }, patience)

  it('TRUST 11: lets fifty concurrent calls with one key make one upstream call, and gives all of them its answer', async () => {
    const { openai } = await gateway()
    const before = asked()
    frontier.next({ fault: 'slow-first-byte', delayMs: 300 })
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(openai, 'fifty')))
    expect(asked() - before).toBe(1)
    const texts = new Set(answers.map(({ data }) => data.choices[0]?.message.content))
    expect(texts.size).toBe(1)
    const replayed = answers.filter(({ response }) => response.headers.get('x-nearside-replayed') === 'true')
    expect(replayed).toHaveLength(49)
    // Each is a request of its own, and says whose answer it got.
    expect(new Set(answers.map(({ response }) => response.headers.get('x-request-id'))).size).toBe(50)
    expect(new Set(answers.map(({ response }) => response.headers.get('x-nearside-decision'))).size).toBe(1)
  })

  it('TRUST 11: charges a replay nothing', async () => {
    const place = await gateway()
    await ask(place.openai, 'once')
    const first = await spent(place)
    const { response } = await ask(place.openai, 'once')
    expect(response.headers.get('x-nearside-cost')).toBe('0.00')
    expect(await spent(place)).toBe(first)
  })

  it('TRUST 11: refuses another body under the same key, and the same body with another wish', async () => {
    const { openai } = await gateway()
    await ask(openai, 'reused')
    const before = asked()
    expect(await refusal(openai, 'reused', 'How?')).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    })
    const wish = { headers: { 'idempotency-key': 'reused', 'x-nearside-quality': '0.9' } }
    await expect(openai.chat.completions.create(body(), wish)).rejects.toMatchObject({ status: 422 })
    expect(asked()).toBe(before)
  })

  it('TRUST 11: keeps the keys of two tenants apart', async () => {
    const { clients } = await gateway([newTenant(), newTenant()])
    const before = asked()
    for (const client of clients) {
      const { response } = await ask(client, 'shared')
      expect(response.headers.get('x-nearside-replayed')).toBeNull()
    }
    expect(asked() - before).toBe(2)
  })

  it('TRUST 11: replays a stream as the same stream', async () => {
    const { url, tenant } = await gateway()
    const before = asked()
    const stream = async (): Promise<readonly [string, string | null]> => {
      const answer = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer key-of-${tenant}`,
          'content-type': 'application/json',
          'idempotency-key': 'stream',
        },
        body: JSON.stringify({ ...body(), stream: true, stream_options: { include_usage: true } }),
      })
      return [await answer.text(), answer.headers.get('content-type')]
    }
    const first = await stream()
    expect(first[0]).toMatch(/"usage":\{.*data: \[DONE\]\n\n$/s)
    // Whoever asks before it is kept waits for that.
    expect(await stream()).toEqual(first)
    expect(asked() - before).toBe(1)
  })

  it('TRUST 23: keeps no answer that was cut, and the next try asks anew', async () => {
    const { openai } = await gateway()
    const before = asked()
    frontier.next({ fault: 'cut', afterChunks: 2 })
    const cut = await openai.chat.completions.create({ ...body(), stream: true }, keyed('cut'))
    await expect(
      (async () => {
        for await (const _chunk of cut);
      })(),
    ).rejects.toThrow()
    // A stream and a whole answer are two requests: only a key that is free takes the second.
    const { response } = await askWhenFree(openai, 'cut')
    expect(response.headers.get('x-nearside-replayed')).toBeNull()
    expect(asked() - before).toBe(2)
  })

  it('TRUST 11: frees the key where the caller hangs up in the middle, and keeps nothing half', async () => {
    const { openai, url, tenant } = await gateway()
    frontier.next({ fault: 'hang-mid-stream', afterChunks: 2 })
    // Leaves by a reset: of an orderly end a server hears only when it writes, and nothing is written here.
    const caller = await connectRaw(url)
    const headers = { authorization: `Bearer key-of-${tenant}`, 'idempotency-key': 'left' }
    await caller.send(chatRequest(url, { ...body(), stream: true }, headers))
    await caller.events(1)
    caller.hangUp()
    const { response } = await askWhenFree(openai, 'left')
    expect(response.headers.get('x-nearside-replayed')).toBeNull()
  })

  it('TRUST 11: keeps the whole answer where a caller leaves and the upstream is let finish', async () => {
    const { openai } = await gateway(undefined, { NEARSIDE_ON_HANG_UP: 'finish' })
    const before = asked()
    frontier.next({ fault: 'slow-chunks', delayMs: 40 })
    const stop = new AbortController()
    const left = await openai.chat.completions.create(
      { ...body(), stream: true },
      { ...keyed('finished'), signal: stop.signal },
    )
    for await (const _chunk of left) {
      stop.abort()
      break
    }
    const again = await vi.waitFor(
      () => openai.chat.completions.create({ ...body(), stream: true }, keyed('finished')).withResponse(),
      patience,
    )
    expect(again.response.headers.get('x-nearside-replayed')).toBe('true')
    let finish: string | null = null
    for await (const chunk of again.data) finish = chunk.choices[0]?.finish_reason ?? finish
    expect([finish, asked() - before]).toEqual(['stop', 1])
  })

  it('TRUST 11: frees the key where the upstream fails, so that a retry is a new try', async () => {
    const { openai } = await gateway()
    frontier.always({ fault: 'status', status: 500 })
    expect((await refusal(openai, 'failed'))?.status).toBeGreaterThanOrEqual(500)
    frontier.always({})
    const before = asked()
    const { data, response } = await askWhenFree(openai, 'failed')
    expect(data.choices[0]?.message.content).toBe('The capital of France is Paris.')
    expect(response.headers.get('x-nearside-replayed')).toBeNull()
    expect(asked() - before).toBe(1)
  })

  it('TRUST 11: refuses while the store is away, before anything goes upstream', async () => {
    await using front = await startFront(bridged.bridge.url)
    const { openai } = await gateway(undefined, { UPSTASH_REDIS_REST_URL: front.url })
    front.does(() => ({ type: 'page', status: 503, text: '<html>' }))
    const before = asked()
    expect(await refusal(openai, 'away')).toMatchObject({
      status: 503,
      code: 'store_failed',
      retryAfter: '1',
    })
    expect(asked()).toBe(before)
  })

  it('TRUST 11: asks for authentication before it looks a key up', async () => {
    await using front = await startFront(bridged.bridge.url)
    const { url } = await gateway(undefined, { UPSTASH_REDIS_REST_URL: front.url })
    const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'stranger', maxRetries: 0 })
    const before = front.requests
    expect(await refusal(stranger, 'x')).toMatchObject({ status: 401 })
    expect(front.requests).toBe(before)
  })

  it('refuses a key that is none, and does not look at one where no secret is set', async () => {
    const { openai } = await gateway()
    expect(await refusal(openai, 'k'.repeat(256))).toMatchObject({ status: 400, code: 'bad_request' })
    const without = await gateway(undefined, { NEARSIDE_SEAL_SECRET: '' })
    const before = asked()
    await ask(without.openai, 'plain')
    await ask(without.openai, 'plain')
    expect(asked() - before).toBe(2)
  })

  it('keeps nothing of a request that may not go to where answers are kept', async () => {
    const { openai } = await gateway(undefined, { NEARSIDE_REDIS_ZONE: '' })
    const before = asked()
    await expect(
      openai.chat.completions.create(body(), {
        headers: { 'idempotency-key': 'private', 'x-nearside-privacy': 'never-leave' },
      }),
    ).rejects.toMatchObject({ status: 403, code: 'privacy_refused' })
    expect(asked()).toBe(before)
  })

  it('TRUST 22: neither key nor prompt nor answer is found in clear in Redis', async () => {
    const { openai } = await gateway()
    frontier.next({ answer: { pieces: ['canary-answer'] } })
    await ask(openai, 'canary-key', 'canary-prompt')
    // A repeat is answered from what is kept.
    await ask(openai, 'canary-key', 'canary-prompt')
    const { redis } = bridged
    const names = (await typeCommand(redis.port, 'KEYS *'))
      .split('\r\n')
      .filter((line) => line.includes(':i:'))
    expect(names.length).toBeGreaterThan(0)
    const values = await Promise.all(names.map((name) => typeCommand(redis.port, `HGETALL ${name}`)))
    for (const canary of ['canary-key', 'canary-prompt', 'canary-answer']) {
      expect(`${names.join()}${values.join()}`).not.toContain(canary)
    }
  })
})

it('TRUST 11: two gateways of one Redis make one upstream call for one key', async () => {
  const tenant = newTenant()
  const { NEARSIDE_OPEN: _open, ...vars } = variablesOf({
    frontier,
    onStoreError: 'refuse',
    url: bridged.bridge.url,
  })
  const env = {
    ...vars,
    NEARSIDE_KEYS: `${tenant}=${await hex('two')}`,
    NEARSIDE_SEAL_SECRET: sealSecret,
    NEARSIDE_REDIS_ZONE: 'premises',
  }
  const both = await Promise.all(Object.values(places).map((open) => open(env)))
  opened.push(...both)
  const before = asked()
  const answers = await Promise.all(
    [...both, ...both, ...both].map(({ url }) =>
      new OpenAI({ baseURL: `${url}/v1`, apiKey: 'two', maxRetries: 0 }).chat.completions.create(
        { model: 'dear', max_tokens: 1_000, messages: [{ role: 'user', content: 'Why?' }] },
        { headers: { 'idempotency-key': 'both' } },
      ),
    ),
  )
  expect(asked() - before).toBe(1)
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
})
