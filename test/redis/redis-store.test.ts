import { once } from 'node:events'
import { connect } from 'node:net'
import { limitsOf, type Reservation, utc, windowAt } from '@nearside/core'
import { Redis } from '@upstash/redis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { redisBudgetStore } from '../../workers/src/budget/redis-store.ts'
import { cap, day, hold, minute, newTenant, noon, usd } from '../budget/builders.ts'
import { conformance } from '../budget/conformance.ts'
import { limitsConformance } from '../budget/conformance-limits.ts'
import { schedule } from '../budget/schedule.ts'
import { withinOneDay } from '../budget/within-one-day.ts'
import { findValkey } from './find-redis.ts'
import { startFront } from './front.ts'
import { type BridgedRedis, openRedisStore, startBridgedRedis, token } from './opened-redis-store.ts'
import { typeCommand } from './start-redis.ts'

conformance('Redis', () => openRedisStore())
limitsConformance('Redis', () => openRedisStore())

const openCluster = async () => {
  const opened = await openRedisStore({ settings: ['--cluster-enabled', 'yes'] })
  await typeCommand(opened.redis.port, 'CLUSTER ADDSLOTSRANGE 0 16383')
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await typeCommand(opened.redis.port, 'CLUSTER INFO')).includes('cluster_state:ok')) break
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return opened
}
conformance('Redis Cluster', openCluster)
limitsConformance('Redis Cluster', openCluster)

const valkey = await findValkey()
if (valkey !== null) conformance('Valkey', () => openRedisStore({ program: valkey }))

it('gives the same answers on Valkey, where there is one', async ({ annotate }) => {
  if (valkey === null) {
    const absent = 'valkey-server is not on PATH: the suite ran on Redis and on Redis Cluster.'
    await annotate(absent)
    console.info(absent)
    expect(await findValkey({ env: { VALKEY_SERVER: process.execPath } })).not.toBeNull()
    return
  }
  const opened = await openRedisStore({ program: valkey })
  expect(await typeCommand(opened.redis.port, 'INFO server')).toMatch(/valkey_version|redis_version/)
  const [granted, denied] = [hold({ amount: 3 * usd }), hold({ amount: 3 * usd })]
  expect(await opened.store.reserve(granted)).toMatchObject({ granted: true })
  expect(await opened.store.reserve(denied)).toMatchObject({ granted: false, reason: 'in-flight' })
  await opened.close()
})

let bridged: BridgedRedis
beforeAll(async () => {
  bridged = await startBridgedRedis()
})
afterAll(() => bridged.close())

const storeAt = (now: () => number) =>
  redisBudgetStore({ url: bridged.bridge.url, token, timeoutMs: 60_000, now })

it('touches no key that it has not declared, and none of them is of another tenant', async () => {
  const monitor = connect(bridged.redis.port, '127.0.0.1')
  monitor.write('MONITOR\r\n')
  let seen = ''
  monitor.on('data', (chunk: Buffer) => {
    seen += chunk.toString()
  })
  await once(monitor, 'data')
  let now = noon
  const store = storeAt(() => now)
  for (const step of schedule(7, 300, false)) {
    now = step.now
    await step.ask(store)
  }
  monitor.destroy()

  let declared: readonly string[] = []
  let touched = 0
  for (const line of seen.split('\r\n')) {
    const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word)
    const [name = ''] = words
    if (/ lua\] /.test(line)) {
      if (name.toUpperCase() === 'TIME') continue
      expect(declared, line).toContain(words[1])
      touched += 1
    } else if (/^eval(?:sha)?$/i.test(name)) declared = words.slice(3, 3 + Number(words[2]))
  }
  expect(touched).toBeGreaterThan(1_000)
  expect(await typeCommand(bridged.redis.port, 'DBSIZE')).not.toBe(':0\r\n')
})

it('TRUST 9: counts by the clock of Redis, whatever its caller’s clock says', async () => {
  const store = redisBudgetStore({ url: bridged.bridge.url, token, timeoutMs: 60_000 })
  const redisNow = async (): Promise<number> => {
    const [at = 0] = (await typeCommand(bridged.redis.port, 'TIME')).match(/\d{10}/g)?.map(Number) ?? []
    return at * 1_000
  }
  const found = await withinOneDay(async () => {
    const at = await redisNow()
    const [tenant, caps, made] = [newTenant(), [cap()], [] as Reservation[]]
    for (const offset of [-day, 0, day]) {
      vi.useFakeTimers({ toFake: ['Date'], now: at + offset })
      made.push(await store.reserve(hold({ tenant, caps })))
      vi.useRealTimers()
    }
    return { made, read: await store.read(tenant, caps), endsAt: windowAt('day', utc, at).endsAt }
  }, redisNow)
  const { endsAt } = found
  const granted = { granted: true, tightest: { resetsAt: endsAt } }
  expect(found.made).toMatchObject([granted, granted, granted])
  expect(found.read).toMatchObject([{ reserved: 3 * usd, resetsAt: endsAt }])
})

it('leaves nothing behind for ever but the sums of a window without an end', async () => {
  await typeCommand(bridged.redis.port, 'FLUSHALL')
  const store = storeAt(Date.now)
  const caps = [cap(), cap({ scope: 'key:a', window: 'total' })]
  const [settled, released, open] = [hold({ caps }), hold({ caps }), hold({ caps })]
  for (const each of [settled, released, open]) await store.reserve(each)
  await store.settle(settled, 7)
  await store.release(released)
  const keys = (await typeCommand(bridged.redis.port, 'KEYS *')).match(/\{acme\}\S+/g) ?? []
  expect(keys).toHaveLength(7)
  for (const key of keys) {
    const seconds = Number((await typeCommand(bridged.redis.port, `TTL ${key}`)).slice(1))
    if (key.endsWith(':key:a')) expect(seconds).toBe(-1)
    else expect(seconds, key).toBeGreaterThan(60)
  }
})

it('asks caps and limits in one round trip, and keeps the limits in keys that expire', async () => {
  await typeCommand(bridged.redis.port, 'FLUSHALL')
  const redis = new Redis({ url: bridged.bridge.url, token, automaticDeserialization: false })
  let asked = 0
  const client = {
    evalsha: (sha: string, keys: string[], args: string[]) => {
      asked += 1
      return redis.evalsha(sha, keys, args)
    },
    eval: (script: string, keys: string[], args: string[]) => redis.eval(script, keys, args),
  }
  const store = redisBudgetStore({ client })
  const limits = limitsOf({ requestsPerMinute: 9, tokensPerMinute: 900, concurrent: 9 })
  const limited = () => hold({ limitedBy: { limits, tokens: 100 } })
  await store.reserve(limited())
  asked = 0
  const second = limited()
  expect(await store.reserve(second)).toMatchObject({ rates: { requests: { remaining: 7 } } })
  expect(asked).toBe(1)
  await store.settle(second, 7, 10)
  expect(asked).toBe(2)
  const secondsOf = async (key: string): Promise<number> =>
    Number((await typeCommand(bridged.redis.port, `TTL ${key}`)).slice(1))
  const minuteLeft = await secondsOf('{acme}:q:account')
  expect(minuteLeft).toBeGreaterThan(50)
  expect(minuteLeft).toBeLessThanOrEqual(61)
  expect(await secondsOf('{acme}:o:account')).toBeGreaterThan(24 * 3_600)
})

it('clears up no more than a bounded number of lapsed holds in one go', async () => {
  let now = noon
  const store = storeAt(() => now)
  const tenant = newTenant()
  const forgiving = cap({ limit: 3_000, countsExpired: false })
  const make = (amount: number) => hold({ tenant, caps: [forgiving], amount, leaseMs: minute })
  for (let batch = 0; batch < 30; batch += 1) {
    await Promise.all(Array.from({ length: 100 }, () => store.reserve(make(1))))
  }
  now += minute
  expect(await store.reserve(make(3_000))).toMatchObject({
    granted: false,
    reason: 'in-flight',
    cap: { expired: 16 * 128, reserved: 3_000 - 16 * 128 },
  })
  expect(await store.reserve(make(3_000))).toMatchObject({ granted: true })
})

describe('a fault of the store', () => {
  it('TRUST 22: says nothing of the command, whatever the client or Redis says of it', async () => {
    await using front = await startFront(bridged.bridge.url)
    const store = redisBudgetStore({ url: front.url, token, timeoutMs: 200 })
    const told = hold({ id: 'canary-id', tenant: 'canary-tenant', caps: [cap({ scope: 'user:canary' })] })
    for (const deed of [
      { type: 'hang' },
      { type: 'page', status: 400, text: '{"error":"ERR canary-id in user:canary"}' },
      { type: 'page', status: 500, text: 'canary-tenant' },
      { type: 'page', status: 200, text: '{"result":["canary-id"]}' },
    ] as const) {
      front.does(deed)
      const fault = await store.reserve(told).then(
        () => null,
        (error: Error) => error,
      )
      expect(fault).toMatchObject({ code: 'store-failed' })
      const cause = fault!.cause as Error
      expect(`${fault!.stack} ${cause.stack} ${cause.cause ?? ''}`).not.toMatch(/canary|test-token/)
    }
  })

  it('is a call that takes longer than it may', async () => {
    await using front = await startFront(bridged.bridge.url)
    front.does({ type: 'hang' })
    const store = redisBudgetStore({ url: front.url, token, timeoutMs: 2_000 })
    await expect(store.reserve(hold())).rejects.toMatchObject({ code: 'store-failed' })
    expect(front.requests).toBe(1)
  })

  it.each([
    [['granted', '0', '1', '1 2 3 4 5 6']],
    [['granted', '2', '1', '']],
    [['granted', '0', '1.5', '']],
    [['granted', '0', '1', '9 0 0 0 0 0 0']],
    [['exhausted']],
    [[1]],
    ['granted'],
    [[]],
  ])('is a reply of another shape: %j', async (reply) => {
    const client = { evalsha: async () => reply, eval: async () => reply }
    const store = redisBudgetStore({ client })
    await expect(store.reserve(hold({ amount: usd }))).rejects.toMatchObject({ code: 'store-failed' })
  })
})

it('is not made of an address or a token that cannot be one', () => {
  for (const url of ['redis://127.0.0.1', 'https://user:secret@example.com', 'example.com', '']) {
    expect(() => redisBudgetStore({ url, token })).toThrow('url is the https:// address')
  }
  expect(() => redisBudgetStore({ url: 'https://example.com', token: '' })).toThrow('token')
  expect(() => redisBudgetStore({ url: 'https://example.com', token, timeoutMs: 0 })).toThrow('timeoutMs')
})
