import { request } from 'node:http'
import { Redis } from '@upstash/redis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startBridge } from '../../scripts/src/redis-bridge/bridge.ts'
import { upstashFlag } from '../../workers/src/budget/scripts.ts'
import { type BridgedRedis, startBridgedRedis, token } from './opened-redis-store.ts'
import { startProcess } from './processes.ts'
import { startRedis, typeCommand } from './start-redis.ts'

let bridged: BridgedRedis
beforeAll(async () => {
  bridged = await startBridgedRedis()
})
afterAll(() => bridged.close())

type Given = { readonly path?: string; readonly body?: unknown; readonly headers?: Record<string, string> }

const ask = async ({ path = '/', body = ['PING'], headers = {} }: Given) => {
  const answer = await fetch(`${bridged.bridge.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as unknown }
}

describe.each([
  ['in base64, as by default', {}],
  ['in plain text', { responseEncoding: false }],
] as const)('the real client, answered %s', (_, encoding) => {
  let client: Redis
  beforeEach(async () => {
    client = new Redis({ url: bridged.bridge.url, token, ...encoding })
    await client.flushall()
  })

  it('sets and gets text of any kind, numbers, nothing', async () => {
    const text = 'héllo "wörld" 😀 \r\n OK {"a":1}'
    expect(await client.set('a', text)).toBe('OK')
    expect(await client.get('a')).toBe(text)
    expect(await client.get('none')).toBeNull()
    expect(await client.incrby('n', 41)).toBe(41)
    expect(await client.ping()).toBe('PONG')
    expect(await client.set('ok', 'OK').then(() => client.get('ok'))).toBe('OK')
  })

  it('answers lists, hashes, sorted sets and nested replies', async () => {
    await client.rpush('list', 'OK', 'b', 'ü')
    expect(await client.lrange('list', 0, -1)).toEqual(['OK', 'b', 'ü'])
    await client.hset('hash', { one: 'x', two: 'y' })
    expect(await client.hgetall('hash')).toEqual({ one: 'x', two: 'y' })
    await client.zadd('set', { score: 1, member: 'm' })
    expect(await client.zrange('set', 0, -1, { withScores: true })).toEqual(['m', 1])
    expect(await client.eval("return {1, {'a', {'ä'}}, redis.status_reply('OK')}", [], [])).toEqual([
      1,
      ['a', ['ä']],
      'OK',
    ])
  })

  it('carries out pipelines and transactions, with an error in its place', async () => {
    const pipeline = client.pipeline().set('a', 'x').get('a').incr('n')
    expect(await pipeline.exec()).toEqual(['OK', 'x', 1])
    expect(await client.multi().incr('n').incr('n').get('a').exec()).toEqual([2, 3, 'x'])
    const failing = client.pipeline().set('a', 'x').incr('a').get('a')
    expect(await failing.exec({ keepErrors: true })).toMatchObject([
      { result: 'OK' },
      { error: expect.stringContaining('not an integer') },
      { result: 'x' },
    ])
  })

  it('runs scripts that carry the flag which only Upstash knows, by text and by digest', async () => {
    const script = client.createScript<string[]>(`${upstashFlag}return {KEYS[1], ARGV[1]}`)
    expect(await script.exec(['k'], ['a'])).toEqual(['k', 'a'])
    await client.scriptFlush()
    expect(await script.exec(['k'], ['b'])).toEqual(['k', 'b'])
    expect(await script.eval(['k'], ['c'])).toEqual(['k', 'c'])
    const loaded = await client.scriptLoad('#!lua flags=no-writes,allow-key-locking\nreturn 7')
    expect(await client.evalsha(loaded, [], [])).toBe(7)
  })

  it('passes on what Redis says of a wrong command', async () => {
    await client.rpush('list', 'a')
    await expect(client.get('list')).rejects.toThrow('WRONGTYPE')
    await expect(client.evalsha('0'.repeat(40), [], [])).rejects.toThrow('NOSCRIPT')
  })
})

it('sends whole transactions, whatever else is asked at the same time', async () => {
  const client = new Redis({ url: bridged.bridge.url, token, enableAutoPipelining: false })
  await client.set('count', 0)
  const results = await Promise.all(
    Array.from({ length: 100 }, () => client.multi().incr('count').decr('count').exec<[number, number]>()),
  )
  expect(new Set(results.map(String))).toEqual(new Set(['1,0']))
})

describe('a caller of the bridge', () => {
  it.each([
    ['no token', { authorization: '' }],
    ['a wrong one', { authorization: 'Bearer another-token-entirely' }],
    ['the right one in another way', { authorization: token }],
  ])('is refused with %s, on every path', async (_, headers) => {
    for (const path of ['/', '/pipeline', '/multi-exec', '/none']) {
      expect((await ask({ path, headers })).status).toBe(401)
    }
  })

  it.each([
    ['no JSON', '{"a"'],
    ['no list', { a: 1 }],
    ['an empty list', []],
    ['a list in a list', [['GET', 'a']]],
    ['an object as a word', ['SET', 'a', { b: 1 }]],
    ['a command that waits', ['BLPOP', 'a', '0']],
    ['a read that waits', ['XREAD', 'BLOCK', '0', 'STREAMS', 's', '$']],
    ['a change of the connection', ['select', '1']],
    ['a subscription', ['SUBSCRIBE', 'a']],
    ['the end of the server', ['SHUTDOWN', 'NOSAVE']],
  ])('is refused %s', async (_, body) => {
    expect((await ask({ body })).status).toBe(400)
    const path = '/multi-exec'
    expect((await ask({ path, body: Array.isArray(body) ? [['PING'], body] : body })).status).toBe(400)
    expect(await ask({})).toEqual({ status: 200, body: { result: 'PONG' } })
  })

  it('is told of an unknown path, another method, and a body that is too long', async () => {
    expect((await ask({ path: '/get/a' })).status).toBe(404)
    const got = await fetch(bridged.bridge.url, { headers: { authorization: `Bearer ${token}` } })
    expect(got.status).toBe(405)
    expect(await upload({ 'content-length': '5000000' }, false)).toBe(413)
    // Whoever is still writing may see the connection end before it sees the answer.
    expect([413, 'cut']).toContain(await upload({}, true))
  })

  it('is told what is wrong with a transaction, and none of it is done', async () => {
    const body = [['SET', 'whole', '1'], ['NOSUCHCOMMAND']]
    expect(await ask({ path: '/multi-exec', body })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('unknown command') },
    })
    expect(await ask({ body: ['GET', 'whole'] })).toEqual({ status: 200, body: { result: null } })
  })
})

it('says that Redis does not answer, when it hangs and when it is gone, and goes on when it is back', async () => {
  const redis = await startRedis()
  const bridge = await startBridge({ redis: redis.url, token, port: 0, timeoutMs: 3_000 })
  const client = new Redis({ url: bridge.url, token, retry: { retries: 0 } })
  expect(await client.set('a', 'x')).toBe('OK')
  redis.process.kill('SIGSTOP')
  await expect(client.get('a')).rejects.toThrow('does not answer')
  redis.process.kill('SIGCONT')
  expect(await client.get('a')).toBe('x')
  await redis.close()
  await expect(client.get('a')).rejects.toThrow('does not answer')
  await bridge.close()
})

it('shows a password and chooses a database where the address says so', async () => {
  await using redis = await startRedis()
  const open = await startBridge({ redis: redis.url, token, port: 0 })
  const first = new Redis({ url: open.url, token })
  await first.eval("return redis.call('SET', 'a', 'x')", [], [])
  const other = await startBridge({ redis: `${redis.url}/3`, token, port: 0 })
  expect(await new Redis({ url: other.url, token }).get('a')).toBeNull()
  const wrong = await startBridge({ redis: redis.url.replace('//', '//:secret@'), token, port: 0 })
  await expect(new Redis({ url: wrong.url, token, retry: { retries: 0 } }).get('a')).rejects.toThrow(
    'does not answer',
  )
  for (const bridge of [open, other, wrong]) await bridge.close()
})

it('starts with a token that is worth the name and an address it can read, or not at all', async () => {
  for (const wrong of ['', 'short', 'has a space in its middle']) {
    await expect(startBridge({ token: wrong, port: 0 })).rejects.toMatchObject({ code: 'bad-options' })
  }
  for (const redis of ['http://localhost:1', 'localhost', 'redis://h/one']) {
    await expect(startBridge({ token, redis, port: 0 })).rejects.toMatchObject({ code: 'bad-options' })
  }
})

/** Sends headers, and a body without end or none of it at all; tells how the bridge puts an end to that. */
function upload(headers: Record<string, string>, endless: boolean): Promise<number | 'cut' | undefined> {
  return new Promise((resolve) => {
    const authorization = `Bearer ${token}`
    const sent = request(bridged.bridge.url, { method: 'POST', headers: { ...headers, authorization } })
    const chunk = Buffer.alloc(65_536, ' ')
    let open = endless
    const write = (): void => {
      while (open && sent.write(chunk)) {}
    }
    sent.on('drain', write)
    sent.on('response', (response) => {
      open = false
      sent.destroy()
      resolve(response.statusCode)
    })
    sent.on('error', () => {
      open = false
      resolve('cut')
    })
    sent.flushHeaders()
    write()
  })
}

it('is a command of nearside, which takes its secrets from the environment and prints none', async () => {
  const words = ['redis-bridge', '--redis', bridged.redis.url, '--port', '0']
  await using command = startProcess('scripts/src/cli.ts', words, { UPSTASH_REDIS_REST_TOKEN: token })
  const line = await command.line()
  expect(line).toMatch(/^nearside bridges http:\/\/127\.0\.0\.1:\d+$/)
  const client = new Redis({ url: line.replace('nearside bridges ', ''), token })
  expect(await client.ping()).toBe('PONG')
})

it('says at its start what is wrong with the Redis behind it, and nothing where all is well', async () => {
  expect(await bridged.bridge.trouble()).toBeNull()
  await using locked = await startRedis()
  await typeCommand(Number(new URL(locked.url).port), 'CONFIG SET requirepass secret')
  const { host } = new URL(locked.url)
  for (const [redis, says] of [
    ['redis://127.0.0.1:1', /^Redis at 127\.0\.0\.1:1 does not answer \(.*ECONNREFUSED/],
    [`redis://${host}`, new RegExp(`^Redis at ${host} says NOAUTH`)],
    [`redis://:wrong@${host}`, /refused the password or the database\.\)$/],
    [`redis://:secret@${host}`, null],
  ] as const) {
    const bridge = await startBridge({ token, redis, port: 0 })
    if (says === null) expect(await bridge.trouble()).toBeNull()
    else expect(await bridge.trouble()).toMatch(says)
    await bridge.close()
  }
})

it('names the flag of a port that is taken', async () => {
  const port = Number(new URL(bridged.bridge.url).port)
  await expect(startBridge({ token, redis: bridged.redis.url, port })).rejects.toThrow(
    `Port ${port} is taken; choose another with --port.`,
  )
})
