import { setTimeout as pause } from 'node:timers/promises'
import { type Hold, limitsOf } from '@nearside/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BudgetStore } from '../../workers/src/budget/budget-store.ts'
import { redisBudgetStore } from '../../workers/src/budget/redis-store.ts'
import { cap, hold, minute, newTenant, usd } from '../budget/builders.ts'
import { startFrontier } from '../doubles/frontier.ts'
import type { GatewaySetup } from './gateway-process.ts'
import { type BridgedRedis, startBridgedRedis, token } from './opened-redis-store.ts'
import { startProcess } from './processes.ts'
import type { Spending } from './spender.ts'
import { ask, type Opened, places, type Told, variablesOf } from './standalone.ts'
import { watch } from './watch.ts'

let bridged: BridgedRedis
let store: BudgetStore
beforeAll(async () => {
  bridged = await startBridgedRedis()
  store = storeAt(null)
})
afterAll(() => bridged.close())

function storeAt(now: (() => number) | null): BudgetStore {
  return redisBudgetStore({ url: bridged.bridge.url, token, timeoutMs: 60_000, now })
}

/** The same books, by a clock that is so much later: a lease ends without anybody waiting for it. */
function storeIn(ms: number): BudgetStore {
  return storeAt(() => Date.now() + ms)
}

const spender = 'test/redis/spender.ts'
const tenCents = usd / 10

it('TRUST 1: of 200 calls of ten cents from four processes at once, a cap of five dollars admits exactly 50', async () => {
  const tenant = newTenant()
  const five = cap({ window: 'total' })
  const holds = (): Hold[] =>
    Array.from({ length: 50 }, () => hold({ tenant, caps: [five], amount: tenCents }))
  const spenders = [1, 2, 3, 4].map(() => startProcess(spender))
  for (const each of spenders) expect(await each.line()).toBe('ready')
  const stop = watch(store, tenant, [five])
  for (const [index, each] of spenders.entries()) {
    const spending: Spending = { url: bridged.bridge.url, token, holds: holds(), settles: index % 2 === 0 }
    each.say(JSON.stringify(spending))
  }
  const granted = await Promise.all(spenders.map(async (each) => Number(await each.line())))
  expect(await stop()).toBeGreaterThan(5)
  expect(granted.reduce((sum, count) => sum + count, 0)).toBe(50)
  const [balance] = await store.read(tenant, [five])
  expect(balance!.settled + balance!.reserved).toBe(5 * usd)
  for (const each of spenders) await each.kill()
})

it('TRUST 1: four gateways of one Redis send exactly 50 of 200 requests of ten cents to the upstream', async () => {
  await using frontier = await startFrontier()
  frontier.always({ answer: { usage: { promptTokens: 0, outputTokens: 1_000 } } })
  const tenant = newTenant()
  const setup = { frontier: frontier.url, key: frontier.key, redis: bridged.bridge.url, token, tenant }
  const gateways = [1, 2, 3, 4].map(() => startProcess('test/redis/gateway-process.ts'))
  for (const each of gateways) each.say(JSON.stringify(setup satisfies GatewaySetup))
  const urls = await Promise.all(gateways.map((each) => each.line()))
  const stop = watch(store, tenant, [cap({ window: 'total' })])
  const statuses = await Promise.all(
    Array.from({ length: 200 }, (_, index) => ask({ url: urls[index % 4]! })),
  )
  expect(await stop()).toBeGreaterThan(5)
  for (const each of gateways) await each.kill()
  expect(frontier.requests).toHaveLength(50)
  expect(statuses.filter(({ status }) => status === 200)).toHaveLength(50)
  expect(statuses.filter(({ status }) => status === 429)).toHaveLength(150)
})

it('TRUST 1: four gateways in workerd and on Node send exactly 50 of 200 requests to the upstream', async () => {
  await using own = await startBridgedRedis()
  await using frontier = await startFrontier()
  frontier.always({ answer: { usage: { promptTokens: 0, outputTokens: 1_000 } } })
  const variables = variablesOf({ frontier, onStoreError: 'refuse', url: own.bridge.url })
  const gateways = await Promise.all(
    ['workerd', 'workerd', 'workerd', 'node'].map((place) => places[place]!(variables)),
  )
  const watched = watch(redisBudgetStore({ url: own.bridge.url, token, timeoutMs: 30_000 }), 'local', [
    cap({ window: 'month' }),
  ])
  const answers: Told[] = []
  let begun = 0
  const client = async (): Promise<void> => {
    while (begun < 200) answers.push(await askUntilDecided(gateways[begun++ % gateways.length]!))
  }
  await Promise.all(Array.from({ length: 24 }, client))
  expect(await watched()).toBeGreaterThan(5)
  for (const each of gateways) await each[Symbol.asyncDispose]()
  expect(frontier.requests).toHaveLength(50)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(50)
  expect(answers.filter(({ code }) => code === 'insufficient_quota')).toHaveLength(150)
})

/** It may be too much for the store's deadline on a small machine, and held money is no decision yet. */
async function askUntilDecided(gateway: Opened): Promise<Told> {
  for (;;) {
    const told = await ask(gateway)
    if (told.code !== 'store_failed' && told.code !== 'budget_in_flight') return told
    await pause(200)
  }
}

it('TRUST 4: what a killed process held lapses at its time, and a settle that comes after all is charged', async () => {
  const tenant = newTenant()
  const kept = cap({ window: 'total' })
  const leaseMs = minute
  const holds = [1, 2, 3].map(() => hold({ tenant, caps: [kept], leaseMs }))
  const process = startProcess(spender)
  await process.line()
  process.say(JSON.stringify({ url: bridged.bridge.url, token, holds, settles: false } satisfies Spending))
  expect(await process.line()).toBe('3')
  await process.kill()
  expect(await store.read(tenant, [kept])).toMatchObject([{ reserved: 3 * usd, expired: 0 }])
  const after = storeIn(leaseMs)
  expect(await after.read(tenant, [kept])).toMatchObject([
    { reserved: 0, expired: 3 * usd, remaining: 2 * usd },
  ])
  expect(await after.settle(holds[0]!, 7)).toEqual({ outcome: 'late', charged: 7, overrun: 0 })
  expect(await after.read(tenant, [kept])).toMatchObject([{ settled: 7, expired: 2 * usd, charges: 1 }])
})

it('TRUST 4: a stream that renews its hold keeps it past its lease', async () => {
  const leaseMs = minute
  const stream = hold({ tenant: newTenant(), leaseMs })
  await store.reserve(stream)
  for (let renewals = 1; renewals <= 5; renewals += 1) {
    const later = storeIn((renewals * leaseMs) / 2)
    expect(await later.renew(stream, leaseMs)).toMatchObject({ renewed: true })
  }
  expect(await storeIn(3 * leaseMs).settle(stream, 7)).toMatchObject({ outcome: 'settled' })
})

/** How many of the holds that four processes ask for at once are granted, all of it at one time of the books. */
async function grantedToFour(holds: () => readonly Hold[], settles: boolean, at: number): Promise<number> {
  const spenders = [1, 2, 3, 4].map(() => startProcess(spender))
  for (const each of spenders) expect(await each.line()).toBe('ready')
  for (const each of spenders) {
    const spending: Spending = { url: bridged.bridge.url, token, holds: holds(), settles, at }
    each.say(JSON.stringify(spending))
  }
  const granted = await Promise.all(spenders.map(async (each) => Number(await each.line())))
  for (const each of spenders) await each.kill()
  return granted.reduce((sum, count) => sum + count, 0)
}

it('of 200 calls from four processes at once, a limit of 40 under way admits exactly 40', async () => {
  const tenant = newTenant()
  const limits = limitsOf({ requestsPerMinute: 60, concurrent: 40 })
  const limited = (): Hold => hold({ tenant, caps: [], limitedBy: { limits, tokens: 10 } })
  const at = Date.now()
  expect(await grantedToFour(() => Array.from({ length: 50 }, limited), false, at)).toBe(40)
  expect(await storeAt(() => at).reserve(limited())).toMatchObject({
    denial: { limit: 'concurrent' },
    rates: { requests: { remaining: 20 } },
  })
})

it('of 120 calls from four processes, each ending at once, a limit of 60 a minute admits and charges exactly 60', async () => {
  const tenant = newTenant()
  const limits = limitsOf({ requestsPerMinute: 60 })
  const limited = (): Hold => hold({ tenant, caps: [cap()], amount: 1, limitedBy: { limits, tokens: 10 } })
  const at = Date.now()
  expect(await grantedToFour(() => Array.from({ length: 30 }, limited), true, at)).toBe(60)
  expect(await storeAt(() => at).read(tenant, [cap()])).toMatchObject([
    { settled: 60, reserved: 0, charges: 60 },
  ])
})

it('has the places of killed processes back when their leases end', async () => {
  const tenant = newTenant()
  const limits = limitsOf({ concurrent: 3 })
  const limited = (leaseMs: number): Hold =>
    hold({ tenant, caps: [], leaseMs, limitedBy: { limits, tokens: 10 } })
  await using process = startProcess(spender)
  await process.line()
  const holds = [1, 2, 3].map(() => limited(minute))
  process.say(JSON.stringify({ url: bridged.bridge.url, token, holds, settles: false } satisfies Spending))
  expect(await process.line()).toBe('3')
  await process.kill()
  expect((await store.reserve(limited(minute))).granted).toBe(false)
  expect((await storeIn(minute).reserve(limited(minute))).granted).toBe(true)
})
