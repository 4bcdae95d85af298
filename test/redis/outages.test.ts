import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { redisBudgetStore } from '../../workers/src/budget/redis-store.ts'
import { scriptOf, upstashFlag } from '../../workers/src/budget/scripts.ts'
import { cap, usd } from '../budget/builders.ts'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { type Deed, type Front, startFront } from './front.ts'
import { type BridgedRedis, startBridgedRedis, token } from './opened-redis-store.ts'
import { ask, type Opened, places, type Told, variablesOf } from './standalone.ts'
import { startRedis, typeCommand } from './start-redis.ts'

let bridged: BridgedRedis
let frontier: Frontier
let front: Front
beforeAll(async () => {
  bridged = await startBridgedRedis()
  frontier = await startFrontier()
  frontier.always({ answer: { usage: { promptTokens: 0, outputTokens: 1_000 } } })
})
beforeEach(async () => {
  front = await startFront(bridged.bridge.url)
  await command('FLUSHALL')
  return () => front.close()
})
afterAll(async () => {
  await frontier.close()
  await bridged.close()
})

const variables = (onStoreError: string, url = front.url): Record<string, string> =>
  variablesOf({ frontier, onStoreError, url, storeMs: 1_000 })

const command = (line: string): Promise<string> => typeCommand(bridged.redis.port, line)

async function balance() {
  const store = redisBudgetStore({ url: bridged.bridge.url, token, timeoutMs: 30_000 })
  return (await store.read('local', [cap({ window: 'month' })]))[0]!
}

/** The account once so many charges have come: they are made behind the answer. */
async function charged(charges: number) {
  for (const endsAt = Date.now() + patienceMs; (await balance()).charges < charges && Date.now() < endsAt; )
    await pause(50)
  return balance()
}

/** Asks until the answer is of that status: a breaker rests some seconds before it tries again. */
async function eventually(gateway: Opened, status: number): Promise<Told> {
  for (const endsAt = Date.now() + patienceMs; ; await pause(250)) {
    const told = await ask(gateway)
    if (told.status === status || Date.now() > endsAt) return told
  }
}

// The store's deadline is a second; whoever waited for the store itself would be here longer than this.
const longestMs = 20_000
/** What is done behind an answer, or after a rest of the breaker, is waited for so long. */
const patienceMs = 40_000

/** By its digest, as a client asks for it: what is given back behind an answer is no reserve. */
const reserveDigest = createHash('sha1')
  .update(`${upstashFlag}${scriptOf('reserve')}`)
  .digest('hex')
const reserves = (): number => front.bodies.filter((body) => body.includes(reserveDigest)).length

const faults: readonly (readonly [string, Deed])[] = [
  ['hangs', { type: 'hang' }],
  ['answers a minute late', { type: 'delay', ms: 60_000 }],
  ['loses its answers', { type: 'lose' }],
  [
    'is a proxy with a page of its own',
    { type: 'page', status: 503, text: '<html>Service unavailable</html>' },
  ],
  ['is a page that looks well', { type: 'page', status: 200, text: '<html>Welcome</html>' }],
  ['answers nothing', { type: 'page', status: 200, text: '{"result":null}' }],
  ['answers something else', { type: 'page', status: 200, text: '{"result":["granted"]}' }],
  ['knows another token', { type: 'page', status: 401, text: '{"error":"WRONGPASS invalid token"}' }],
]

describe.each(Object.entries(places))('a gateway in %s', (_, open) => {
  it.each(faults)(
    'TRUST 10: refuses at once where the Redis %s and the operator chose so',
    async (_, deed) => {
      await using gateway = await open(variables('refuse'))
      const before = frontier.requests.length
      front.does(deed)
      const told = await ask(gateway)
      expect(told).toMatchObject({ status: 503, code: 'store_failed', retryAfter: '1' })
      expect(told.ms).toBeLessThan(longestMs)
      expect(frontier.requests.length).toBe(before)
      expect(await (await fetch(`${gateway.url}/metrics`)).text()).toMatch(
        /nearside_store_failures_total\{verb="(?:caps|reserve)",why="failed"\} [1-9]/,
      )
    },
  )

  it.each(faults)('TRUST 10: lets a bounded amount through where the Redis %s', async (_, deed) => {
    await using gateway = await open(variables('$0.25'))
    front.does(deed)
    const told = [await ask(gateway), await ask(gateway), await ask(gateway)]
    expect(told.map(({ status }) => status)).toEqual([200, 200, 503])
    expect(told[0]!.degraded).toBe('store-down')
    for (const { ms } of told) expect(ms).toBeLessThan(longestMs)
  })

  it('TRUST 10: refuses where nothing listens, or lets a bounded amount through', async () => {
    const nowhere = 'http://127.0.0.1:9'
    await using refusing = await open(variables('refuse', nowhere))
    expect(await ask(refusing)).toMatchObject({ status: 503, code: 'store_failed', retryAfter: '1' })
    await using allowing = await open(variables('$0.10', nowhere))
    expect(await ask(allowing)).toMatchObject({ status: 200, degraded: 'store-down' })
    expect(await ask(allowing)).toMatchObject({ status: 503, code: 'store_failed' })
  })

  it('TRUST 10: leaves a failing Redis alone, and serves by itself again when it is back', async () => {
    await using gateway = await open(variables('refuse'))
    expect(await ask(gateway)).toMatchObject({ status: 200 })
    front.does({ type: 'page', status: 503, text: 'gone' })
    for (let calls = 0; calls < 5; calls += 1) expect((await ask(gateway)).status).toBe(503)
    const asked = reserves()
    expect(asked).toBeGreaterThan(1)
    const standing = async () =>
      ((await (await fetch(`${gateway.url}/ready`)).json()) as { readonly store: unknown }).store
    expect(await standing()).toBe('resting')
    for (let calls = 0; calls < 5; calls += 1) expect((await ask(gateway)).status).toBe(503)
    expect(reserves()).toBe(asked)
    front.does({ type: 'pass' })
    expect(await eventually(gateway, 200)).toMatchObject({ status: 200, degraded: null })
    expect(await standing()).toBe('ready')
    expect(await (await fetch(`${gateway.url}/metrics`)).text()).toMatch(
      /nearside_store_failures_total\{verb="(?:caps|reserve)",why="resting"\} [1-9]/,
    )
  })

  it('TRUST 10: charges what was let through, and frees what was refused, when the Redis is back', async () => {
    await using gateway = await open(variables('$0.10'))
    front.does({ type: 'lose' })
    expect((await ask(gateway)).status).toBe(200)
    expect((await ask(gateway)).status).toBe(503)
    front.does({ type: 'pass' })
    await charged(1)
    await vi.waitFor(async () => expect((await balance()).reserved).toBe(0), { timeout: patienceMs })
    expect(await balance()).toMatchObject({ settled: usd / 10, charges: 1, reserved: 0, expired: 0 })
  })

  it('TRUST 10: goes on where Redis has forgotten the scripts, in one more trip', async () => {
    await using gateway = await open(variables('refuse'))
    expect((await ask(gateway)).status).toBe(200)
    await command('SCRIPT FLUSH')
    expect(await eventually(gateway, 200)).toMatchObject({ status: 200 })
    expect(await charged(2)).toMatchObject({ reserved: 0, charges: 2 })
  })

  it('TRUST 10: refuses where Redis is out of memory, and serves when it has some again', async () => {
    await using gateway = await open(variables('refuse'))
    expect((await ask(gateway)).status).toBe(200)
    await command('CONFIG SET maxmemory 1')
    expect(await ask(gateway)).toMatchObject({ status: 503, code: 'store_failed' })
    await using allowing = await open(variables('$0.10'))
    expect(await ask(allowing)).toMatchObject({ status: 200, degraded: 'store-down' })
    await command('CONFIG SET maxmemory 0')
    expect((await eventually(gateway, 200)).status).toBe(200)
  })

  it('TRUST 10: goes on with empty books where Redis was restarted without its data', async () => {
    const mortal = await startBridgedRedis()
    await using gateway = await open(variables('refuse', mortal.bridge.url))
    expect((await ask(gateway)).status).toBe(200)
    mortal.redis.process.kill('SIGKILL')
    await mortal.redis.close()
    expect((await ask(gateway)).status).toBe(503)
    await using _again = await startRedis({ port: mortal.redis.port })
    expect((await eventually(gateway, 200)).status).toBe(200)
    await mortal.bridge.close()
  })

  it('takes one round trip to set aside, and one to charge', async () => {
    await using gateway = await open(variables('refuse'))
    await ask(gateway)
    await charged(1)
    const before = front.requests
    await ask(gateway)
    await charged(2)
    expect(front.requests - before).toBe(2)
  })
})
