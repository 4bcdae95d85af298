import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runBudget } from '../../scripts/src/budget/run-budget.ts'
import { newTenant } from '../budget/builders.ts'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { startFront } from './front.ts'
import { type BridgedRedis, startBridgedRedis } from './opened-redis-store.ts'
import { type Opened, places, variablesOf } from './standalone.ts'

let bridged: BridgedRedis
let frontier: Frontier
beforeAll(async () => {
  bridged = await startBridgedRedis()
  frontier = await startFrontier()
  frontier.always({ answer: { usage: { promptTokens: 0, outputTokens: 1_000 } } })
})
const opened: Opened[] = []
afterAll(async () => {
  await Promise.all(opened.map((gateway) => gateway[Symbol.asyncDispose]()))
  await frontier.close()
  await bridged.close()
})

const budget = (line: string): Promise<void> =>
  runBudget(line.split(' '), {
    env: { REDIS_URL: bridged.redis.url },
    print() {},
    isTerminal: false,
    signal: new AbortController().signal,
  })

const hex = async (key: string): Promise<string> =>
  Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))).toString('hex')

describe.each(Object.entries(places))('caps that an operator sets, at a gateway in %s', (_, open) => {
  async function gateway(tenant: string, url = bridged.bridge.url, more: Record<string, string> = {}) {
    const {
      NEARSIDE_OPEN: _open,
      NEARSIDE_BUDGET_MONTH_USD: _month,
      ...vars
    } = variablesOf({ frontier, onStoreError: 'refuse', url })
    const started = await open({ ...vars, NEARSIDE_KEYS: `${tenant}=${await hex(tenant)}`, ...more })
    opened.push(started)
    return started
  }
  /** Each costs ten cents. */
  const ask = async ({ url }: Opened, tenant: string): Promise<number> => {
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tenant}` },
      body: JSON.stringify({
        model: 'dear',
        max_tokens: 1_000,
        messages: [{ role: 'user', content: 'Why?' }],
      }),
    })
    await answer.text()
    return answer.status
  }

  it('TRUST 9: hold without a restart, and no other tenant', async () => {
    const [tenant, other] = [newTenant(), newTenant()]
    await budget(`set ${tenant} account --total-usd 0.25`)
    const place = await gateway(tenant)
    expect([await ask(place, tenant), await ask(place, tenant), await ask(place, tenant)]).toEqual([
      200, 200, 429,
    ])
    const free = await gateway(other)
    expect([await ask(free, other), await ask(free, other), await ask(free, other)]).toEqual([200, 200, 200])
  })

  it('hold for one model alone where that is their scope', async () => {
    const tenant = newTenant()
    await budget(`set ${tenant} model:other --day-usd 0`)
    await budget(`set ${tenant} model:dear --total-usd 0.15`)
    const place = await gateway(tenant)
    expect([await ask(place, tenant), await ask(place, tenant)]).toEqual([200, 429])
  })

  it('stand in the place of the gateway’s own of the same scope and window', async () => {
    const tenant = newTenant()
    await budget(`set ${tenant} account --month-usd 5`)
    const place = await gateway(tenant, undefined, { NEARSIDE_BUDGET_MONTH_USD: '0.05' })
    expect(await ask(place, tenant)).toBe(200)
  })

  it('are shown to their account', async () => {
    const tenant = newTenant()
    await budget(`set ${tenant} account --month-usd 9`)
    await budget(`set ${tenant} model:dear --day-usd 3 --soft`)
    const place = await gateway(tenant)
    const answer = await fetch(`${place.url}/v1/budget`, { headers: { authorization: `Bearer ${tenant}` } })
    const { caps } = (await answer.json()) as {
      caps: readonly { scope: string; limit: string; kind: string }[]
    }
    expect(caps.map(({ scope, limit, kind }) => [scope, limit, kind])).toEqual([
      ['account', '$9.00', 'hard'],
      ['model:dear', '$3.00', 'soft'],
    ])
  })

  it('are not asked for by what costs nothing: the edge and a local node make no trip to Redis', async () => {
    const tenant = newTenant()
    await budget(`set ${tenant} account --day-usd 0`)
    await using front = await startFront(bridged.bridge.url)
    const place = await gateway(tenant, front.url, {
      NEARSIDE_LOCAL_URL: `${frontier.url}/v1`,
      NEARSIDE_LOCAL_SECRET: frontier.key,
      NEARSIDE_LOCAL_MODELS: 'small',
    })
    for (const [content, tier] of [
      ['what is 17 * 23?', 'edge'],
      ['Rewrite this in a friendlier tone: send me the report.', 'local'],
    ]) {
      const answer = await fetch(`${place.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${tenant}` },
        body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }] }),
      })
      await answer.text()
      expect([answer.status, answer.headers.get('x-nearside-tier')]).toEqual([200, tier])
    }
    expect(front.requests).toBe(0)
  })

  it('refuse a priced call while nobody can tell which there are', async () => {
    const tenant = newTenant()
    await using front = await startFront(bridged.bridge.url)
    const place = await gateway(tenant, front.url)
    front.does(() => ({ type: 'page', status: 503, text: '<html>' }))
    expect(await ask(place, tenant)).toBe(503)
    front.does({ type: 'pass' })
    await pause(10)
    expect(await ask(place, tenant)).toBe(200)
  })
})
