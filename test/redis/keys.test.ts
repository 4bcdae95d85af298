import { setTimeout as pause } from 'node:timers/promises'
import { isNearsideError, writeKey } from '@nearside/core'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { changeKey, keyNamed } from '../../scripts/src/keys/key-book.ts'
import { runKeys } from '../../scripts/src/keys/run-keys.ts'
import { openRedis } from '../../scripts/src/redis-connection/open-redis.ts'
import { memoryKeyDirectory } from '../../workers/src/keys/memory-key-directory.ts'
import { keysInRedis, redisKeyDirectory } from '../../workers/src/keys/redis-key-directory.ts'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { startFront } from './front.ts'
import { type BridgedRedis, startBridgedRedis, token } from './opened-redis-store.ts'
import { type Opened, places, variablesOf } from './standalone.ts'
import { typeCommand } from './start-redis.ts'

const secret = 'a-secret-of-the-tests-that-is-long-enough'
let bridged: BridgedRedis
let frontier: Frontier
beforeAll(async () => {
  bridged = await startBridgedRedis()
  frontier = await startFrontier()
  frontier.always({ answer: { usage: { promptTokens: 0, outputTokens: 1_000 } } })
})
afterAll(async () => {
  await frontier.close()
  await bridged.close()
})

async function said(line: string, env: Record<string, string> = {}): Promise<string> {
  let text = ''
  const all = { REDIS_URL: bridged.redis.url, NEARSIDE_KEY_SECRET: secret, ...env }
  try {
    await runKeys(line.split(' '), { env: all, print: (part) => (text += part), now: Date.now })
  } catch (error) {
    if (!isNearsideError(error)) throw error
    return `${error.code}: ${error.message}`
  }
  return text
}

type Made = { readonly key: string; readonly id: string }
const create = async (flags = ''): Promise<Made> =>
  JSON.parse(await said(`create --account acme ${flags} --json`.replace(/ +/g, ' ')))

const everything = async (): Promise<string> => {
  const names = (await typeCommand(bridged.redis.port, 'KEYS *')).split('\r\n')
  return `${names.join(' ')} ${await typeCommand(bridged.redis.port, `HGETALL ${keysInRedis}`)}`
}

describe('nearside keys', () => {
  it('shows a key once, and writes down what no key can be made of', async () => {
    const { key, id } = await create('--label shop --day-usd 5')
    expect(key).toBe(writeKey(id, new TextEncoder().encode(secret)))
    const kept = await everything()
    expect(kept).toContain(id)
    expect(kept).not.toContain(key)
    expect(kept).not.toContain(key.split('_')[2])
    expect(kept).not.toContain(secret)
    const listed = await said('list --account acme')
    expect(listed).toMatch(new RegExp(`${id} +acme +good .* \\$5.00 a day +shop`))
    expect(listed).not.toContain(key)
  })

  it('revokes a key, and says so of one that was revoked before', async () => {
    const { id } = await create()
    expect(await said(`revoke ${id}`)).toContain(`${id} of acme is revoked`)
    const first = JSON.parse(await said(`revoke ${id} --json`)).revokedAt
    expect(JSON.parse(await said(`revoke ${id} --json`)).revokedAt).toBe(first)
    expect(await said('list')).toMatch(new RegExp(`${id} +acme +revoked`))
  })

  it('puts a new key in the place of an old one, which ends at once or after a grace', async () => {
    const old = await create('--models dear --month-usd 9')
    const next = JSON.parse(await said(`rotate ${old.id} --grace 12h --json`))
    // What the old one has spent counts on.
    expect(next).toMatchObject({ models: ['dear'], caps: [{ scope: `key:${old.id}`, window: 'month' }] })
    expect(next.key).not.toBe(old.key)
    expect(await said('list')).toMatch(new RegExp(`${old.id} +acme +until 20`))
    expect(await said(`rotate ${next.id}`)).toContain(`The old key, ${next.id}, is revoked.`)
    expect(await said(`rotate ${next.id}`)).toContain('is not in use any more')
  })

  it('TRUST 24: cannot bring a revoked key back by changing it at the same time', async () => {
    const { id } = await create()
    const link = openRedis({ REDIS_URL: bridged.redis.url })
    const read = await keyNamed(link, id)
    if (read.record === null) throw new Error('it was written')
    await said(`revoke ${id}`)
    const older = { ...read.record, expiresAt: Date.now() + 60_000 }
    await expect(changeKey(link, read, older)).rejects.toThrow('Somebody else has just changed')
    link.close()
    expect(await said('list')).toMatch(new RegExp(`${id} +acme +revoked`))
  })

  it('lists a record that cannot be read, beside all others, and takes it away when told to', async () => {
    const { id } = await create()
    await typeCommand(bridged.redis.port, `HSET ${keysInRedis} aaaaaaaaaaaaaaaa {`)
    expect(await said('list')).toMatch(/aaaaaaaaaaaaaaaa +\? +unreadable/)
    expect(await said('list')).toContain(id)
    expect(await said('revoke aaaaaaaaaaaaaaaa')).toContain('is gone')
    expect(await said('list')).not.toContain('aaaaaaaaaaaaaaaa')
  })

  it.each([
    ['', 'keys is followed by create, list, rotate or revoke'],
    ['make', 'keys is followed by create'],
    ['create', 'keys create needs --account'],
    ['create --account a}b', 'tenant'],
    ['create --account acme --tiers moon', '--tiers are of edge, local, frontier'],
    ['create --account acme --privacy secret', '--privacy is one of'],
    ['create --account acme --day-usd five', '--day-usd is dollars such as 5'],
    ['create --account acme --soft', '--soft says nothing without a cap'],
    ['create --account acme --expires soon', '--expires is a time such as 30m'],
    ['create --account acme --grace 1h', 'keys create takes no --grace'],
    ['create acme', 'keys create takes flags alone'],
    ['revoke', 'keys revoke takes the id of one key'],
    ['revoke nsk_x', 'keys revoke takes the id of one key'],
    ['revoke abcdefghjkmnpqrs', 'There is no key abcdefghjkmnpqrs'],
    ['--secret x', 'keys takes the flags'],
  ])('refuses `%s` with what would be right', async (line, message) => {
    expect(await said(line)).toContain(message)
  })

  it('refuses a secret that is missing or short, and never repeats one', async () => {
    expect(await said('create --account acme', { NEARSIDE_KEY_SECRET: '' })).toContain(
      'NEARSIDE_KEY_SECRET must be set',
    )
    const short = await said('create --account acme', { NEARSIDE_KEY_SECRET: 'too-short-canary' })
    expect(short).toContain('at least 32 bytes')
    expect(short).not.toContain('canary')
  })

  it('says which store it could not reach', async () => {
    expect(await said('list', { REDIS_URL: 'redis://127.0.0.1:1' })).toMatch(
      /store_failed|store-failed: .*127\.0\.0\.1:1/,
    )
  })
})

describe.each(['redis', 'memory'])('the directory of keys in %s', (kind) => {
  it('gives the record of an id, and null for one that is not there', async () => {
    const { id } = await create()
    const redis = redisKeyDirectory({ url: bridged.bridge.url, token, timeoutMs: 60_000 })
    const known = await redis.read(id)
    if (known === null) throw new Error('it was written')
    const directory = kind === 'redis' ? redis : memoryKeyDirectory([known])
    expect(await directory.read(id)).toMatchObject({ id, tenant: 'acme' })
    expect(await directory.read('zzzzzzzzzzzzzzzz')).toBeNull()
  })
})

it('the directory in Redis lets nobody in by a record that cannot be read, or by another’s', async () => {
  const { id } = await create()
  const directory = redisKeyDirectory({ url: bridged.bridge.url, token, timeoutMs: 60_000 })
  await typeCommand(bridged.redis.port, `HSET ${keysInRedis} broken {`)
  await expect(directory.read('broken')).rejects.toThrow('cannot be read')
  const text = (await typeCommand(bridged.redis.port, `HGET ${keysInRedis} ${id}`)).split('\r\n')[1] ?? ''
  expect(JSON.parse(text).id).toBe(id)
  await typeCommand(bridged.redis.port, `HDEL ${keysInRedis} broken`)
})

const opened: Opened[] = []
afterAll(() => Promise.all(opened.map((gateway) => gateway[Symbol.asyncDispose]())))

describe.each(Object.entries(places))('a gateway in %s', (_, open) => {
  async function gateway(url = bridged.bridge.url, more: Record<string, string> = {}): Promise<Opened> {
    const {
      NEARSIDE_OPEN: _open,
      NEARSIDE_BUDGET_MONTH_USD: _month,
      ...vars
    } = variablesOf({ frontier, onStoreError: 'refuse', url })
    const started = await open({
      ...vars,
      NEARSIDE_KEY_SECRET: secret,
      NEARSIDE_KEY_RECHECK_SECONDS: '1',
      ...more,
    })
    opened.push(started)
    return started
  }
  const client = ({ url }: Opened, apiKey: string): OpenAI =>
    new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 })
  const ask = (openai: OpenAI, model = 'dear') =>
    openai.chat.completions
      .create({ model, max_tokens: 1_000, messages: [{ role: 'user', content: 'Why?' }] })
      .then(() => 200)
      .catch((error) => [error.status, error.code, error.message])

  it('TRUST 24: serves a key from when it is made, and refuses it within the stated time after it was revoked', async () => {
    const place = await gateway()
    const { key, id } = await create()
    expect(await ask(client(place, key))).toBe(200)
    await said(`revoke ${id}`)
    await pause(1_100)
    expect(await ask(client(place, key))).toEqual([
      401,
      'invalid_api_key',
      expect.stringContaining('revoked'),
    ])
  })

  it('TRUST 24: refuses a made-up key before Redis is asked or a body is read', async () => {
    await using front = await startFront(bridged.bridge.url)
    const place = await gateway(front.url)
    const { key } = await create()
    const before = front.requests
    const answer = await fetch(`${place.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`,
        'content-type': 'text/plain',
      },
      body: 'this is no JSON',
    })
    expect([answer.status, front.requests]).toEqual([401, before])
    expect((await answer.json()).error.code).toBe('invalid_api_key')
  })

  it('TRUST 24: refuses keys that it knows nothing fresh of while the directory is away, and says when to come back', async () => {
    await using front = await startFront(bridged.bridge.url)
    const place = await gateway(front.url)
    const { key } = await create()
    expect(await ask(client(place, key))).toBe(200)
    front.does(() => ({ type: 'lose' }))
    await pause(1_100)
    const answer = await fetch(`${place.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    front.does(() => ({ type: 'pass' }))
    expect(await ask(client(place, key))).toBe(200)
  })

  it('holds a key to its own cap, and another key of the account to none', async () => {
    const place = await gateway()
    const { key } = await create('--month-usd 0.25')
    const free = await create()
    // Each call costs ten cents.
    expect(await ask(client(place, key))).toBe(200)
    expect(await ask(client(place, key))).toBe(200)
    // Until both are settled the cap is not spent but in flight, which is another refusal.
    await vi.waitFor(
      async () =>
        expect(await ask(client(place, key))).toEqual([
          429,
          'insufficient_quota',
          expect.stringContaining('$0.25'),
        ]),
      { timeout: 30_000 },
    )
    expect(await ask(client(place, free.key))).toBe(200)
  })

  it('holds a key to its tiers and models, says which they are, and lists no others', async () => {
    const place = await gateway()
    const { key } = await create('--tiers edge')
    const openai = client(place, key)
    expect(await ask(openai)).toEqual([403, 'forbidden', expect.stringContaining('good for edge alone')])
    const { data } = await openai.models.list()
    expect(data.map(({ id }) => id)).toEqual(['auto', 'edge'])
    const sum = await openai.chat.completions.create({
      model: 'auto',
      messages: [{ role: 'user', content: 'what is 17 * 23?' }],
    })
    expect(sum.choices[0]?.message.content).toContain('391')
    expect(await ask(openai, 'auto')).toEqual([400, 'bad_request', expect.any(String)])
  })

  it('takes the keys of a secret before this one while the operator moves on', async () => {
    const place = await gateway(undefined, {
      NEARSIDE_KEY_SECRET: 'x'.repeat(40),
      NEARSIDE_KEY_SECRET_PREVIOUS: secret,
    })
    const { key } = await create()
    expect(await ask(client(place, key))).toBe(200)
    const strict = await gateway(undefined, { NEARSIDE_KEY_SECRET: 'x'.repeat(40) })
    expect(await ask(client(strict, key))).toEqual([401, 'invalid_api_key', expect.any(String)])
  })

  it('TRUST 22: shows no key in an answer, an error or its metrics', async () => {
    const place = await gateway()
    const { key } = await create()
    await ask(client(place, key))
    const told = [
      await (await fetch(`${place.url}/metrics`, { headers: { authorization: `Bearer ${key}` } })).text(),
      await (await fetch(`${place.url}/v1/budget`, { headers: { authorization: `Bearer ${key}` } })).text(),
      await (await fetch(`${place.url}/v1/models`, { headers: { authorization: `Bearer ${key}x` } })).text(),
      await everything(),
    ].join('\n')
    expect(told).not.toContain(key.split('_')[2])
  })
})
