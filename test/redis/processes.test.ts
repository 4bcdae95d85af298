import { setTimeout as pause } from 'node:timers/promises'
import { type Hold, limitsOf } from '@nearside/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BudgetStore } from '../../workers/src/budget/budget-store.ts'
import { redisBudgetStore } from '../../workers/src/budget/redis-store.ts'
import { cap, hold, newTenant, usd } from '../budget/builders.ts'
import { startFrontier } from '../doubles/frontier.ts'
import type { GatewaySetup } from './gateway-process.ts'
import { type BridgedRedis, startBridgedRedis, token } from './opened-redis-store.ts'
import { startProcess } from './processes.ts'
import type { Spending } from './spender.ts'
import { watch } from './watch.ts'

let bridged: BridgedRedis
let store: BudgetStore
beforeAll(async () => {
  bridged = await startBridgedRedis()
  store = redisBudgetStore({ url: bridged.bridge.url, token })
})
afterAll(() => bridged.close())

const spender = 'test/redis/spender.ts'
const tenCents = usd / 10

it('TRUST 1: of 200 calls of ten cents from four processes at once, a cap of five dollars admits exactly 50', async () => {
  const tenant = newTenant()
  const [daily] = [cap()]
  const holds = (): Hold[] =>
    Array.from({ length: 50 }, () => hold({ tenant, caps: [daily], amount: tenCents }))
  const spenders = [1, 2, 3, 4].map(() => startProcess(spender))
  for (const each of spenders) expect(await each.line()).toBe('ready')
  const stop = watch(store, tenant, [daily])
  for (const [index, each] of spenders.entries()) {
    const spending: Spending = { url: bridged.bridge.url, token, holds: holds(), settles: index % 2 === 0 }
    each.say(JSON.stringify(spending))
  }
  const granted = await Promise.all(spenders.map(async (each) => Number(await each.line())))
  expect(await stop()).toBeGreaterThan(5)
  expect(granted.reduce((sum, count) => sum + count, 0)).toBe(50)
  const [balance] = await store.read(tenant, [daily])
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
  const stop = watch(store, tenant, [cap()])
  const statuses = await Promise.all(Array.from({ length: 200 }, (_, index) => ask(urls[index % 4]!)))
  expect(await stop()).toBeGreaterThan(5)
  for (const each of gateways) await each.kill()
  expect(frontier.requests).toHaveLength(50)
  expect(statuses.filter((status) => status === 200)).toHaveLength(50)
  expect(statuses.filter((status) => status === 429)).toHaveLength(150)
})

async function ask(url: string): Promise<number> {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'dear', max_tokens: 1_000, messages: [{ role: 'user', content: 'Why?' }] }),
  })
  await answer.text()
  return answer.status
}

it('TRUST 4: what a killed process held lapses at its time, and a settle that comes after all is charged', async () => {
  const tenant = newTenant()
  const kept = cap({ window: 'total' })
  const holds = [1, 2, 3].map(() => hold({ tenant, caps: [kept], leaseMs: 1_500 }))
  const process = startProcess(spender)
  await process.line()
  process.say(JSON.stringify({ url: bridged.bridge.url, token, holds, settles: false } satisfies Spending))
  expect(await process.line()).toBe('3')
  await process.kill()
  expect(await store.read(tenant, [kept])).toMatchObject([{ reserved: 3 * usd, expired: 0 }])
  await pause(1_600)
  expect(await store.read(tenant, [kept])).toMatchObject([
    { reserved: 0, expired: 3 * usd, remaining: 2 * usd },
  ])
  expect(await store.settle(holds[0]!, 7)).toEqual({ outcome: 'late', charged: 7, overrun: 0 })
  expect(await store.read(tenant, [kept])).toMatchObject([{ settled: 7, expired: 2 * usd, charges: 1 }])
})

it('TRUST 4: a stream that renews its hold keeps it past its lease', async () => {
  const stream = hold({ tenant: newTenant(), leaseMs: 700 })
  await store.reserve(stream)
  for (let renewals = 0; renewals < 5; renewals += 1) {
    await pause(250)
    expect(await store.renew(stream, 700)).toMatchObject({ renewed: true })
  }
  expect(await store.settle(stream, 7)).toMatchObject({ outcome: 'settled' })
})

/** How many of the holds that four processes ask for at once are granted. */
async function grantedToFour(holds: () => readonly Hold[], settles: boolean): Promise<number> {
  const spenders = [1, 2, 3, 4].map(() => startProcess(spender))
  for (const each of spenders) expect(await each.line()).toBe('ready')
  for (const each of spenders) {
    each.say(JSON.stringify({ url: bridged.bridge.url, token, holds: holds(), settles } satisfies Spending))
  }
  const granted = await Promise.all(spenders.map(async (each) => Number(await each.line())))
  for (const each of spenders) await each.kill()
  return granted.reduce((sum, count) => sum + count, 0)
}

it('of 200 calls from four processes at once, a limit of 40 under way admits exactly 40', async () => {
  const tenant = newTenant()
  const limits = limitsOf({ requestsPerMinute: 60, concurrent: 40 })
  const limited = (): Hold => hold({ tenant, caps: [], limitedBy: { limits, tokens: 10 } })
  expect(await grantedToFour(() => Array.from({ length: 50 }, limited), false)).toBe(40)
  expect(await store.reserve(limited())).toMatchObject({
    denial: { limit: 'concurrent' },
    rates: { requests: { remaining: 20 } },
  })
})

it('of 120 calls from four processes, each ending at once, a limit of 60 a minute admits and charges exactly 60', async () => {
  const tenant = newTenant()
  const limits = limitsOf({ requestsPerMinute: 60 })
  const limited = (): Hold => hold({ tenant, caps: [cap()], amount: 1, limitedBy: { limits, tokens: 10 } })
  expect(await grantedToFour(() => Array.from({ length: 30 }, limited), true)).toBe(60)
  expect(await store.read(tenant, [cap()])).toMatchObject([{ settled: 60, reserved: 0, charges: 60 }])
})

it('has the places of killed processes back when their leases end', async () => {
  const tenant = newTenant()
  const limits = limitsOf({ concurrent: 3 })
  const limited = (leaseMs: number): Hold =>
    hold({ tenant, caps: [], leaseMs, limitedBy: { limits, tokens: 10 } })
  await using process = startProcess(spender)
  await process.line()
  const holds = [1, 2, 3].map(() => limited(1_500))
  process.say(JSON.stringify({ url: bridged.bridge.url, token, holds, settles: false } satisfies Spending))
  expect(await process.line()).toBe('3')
  await process.kill()
  expect((await store.reserve(limited(60_000))).granted).toBe(false)
  await pause(1_600)
  expect((await store.reserve(limited(60_000))).granted).toBe(true)
})
