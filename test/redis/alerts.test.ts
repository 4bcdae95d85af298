import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { runBudget } from '../../scripts/src/budget/run-budget.ts'
import { newTenant } from '../budget/builders.ts'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { type BridgedRedis, startBridgedRedis } from './opened-redis-store.ts'
import { type Opened, places, variablesOf } from './standalone.ts'

const secret = 'a-secret-of-the-webhook'
/** Alerts are sent, and answers settled, behind the answer. */
const patience = { timeout: 30_000 }
let bridged: BridgedRedis
let frontier: Frontier
beforeAll(async () => {
  bridged = await startBridgedRedis()
  frontier = await startFrontier()
  frontier.always({ answer: { usage: { promptTokens: 0, outputTokens: 1_000 } } })
})
const opened: Opened[] = []
const servers: Server[] = []
afterAll(async () => {
  await Promise.all(opened.map((gateway) => gateway[Symbol.asyncDispose]()))
  for (const server of servers) server.closeAllConnections()
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  await frontier.close()
  await bridged.close()
})

type Alert = { readonly body: string; readonly headers: IncomingMessage['headers'] }

/** A webhook that answers as it is told: a status, a redirect, or nothing at all. */
async function startWebhook(answer: number | 'hang' | { readonly to: string } = 200) {
  const alerts: Alert[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    alerts.push({ body: Buffer.concat(chunks).toString(), headers: request.headers })
    if (answer === 'hang') return
    if (typeof answer === 'object') response.writeHead(307, { location: answer.to }).end()
    else response.writeHead(answer).end()
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { alerts, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` }
}

const hex = async (key: string): Promise<string> =>
  Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))).toString('hex')

describe.each(Object.entries(places))('a soft cap, at a gateway in %s', (_, open) => {
  async function gateway(tenant: string, hook: string): Promise<Opened> {
    const {
      NEARSIDE_OPEN: _open,
      NEARSIDE_BUDGET_MONTH_USD: _month,
      ...vars
    } = variablesOf({
      frontier,
      onStoreError: 'refuse',
      url: bridged.bridge.url,
    })
    const started = await open({
      ...vars,
      NEARSIDE_KEYS: `${tenant}=${await hex(tenant)}`,
      NEARSIDE_ALERT_URL: hook,
      NEARSIDE_ALERT_SECRET: secret,
    })
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
        messages: [{ role: 'user', content: 'canary-prompt' }],
      }),
    })
    await answer.text()
    return answer.status
  }
  const metrics = async ({ url }: Opened, tenant: string): Promise<string> =>
    (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${tenant}` } })).text()
  const untilFailed = (place: Opened, tenant: string): Promise<void> =>
    vi.waitFor(
      async () => expect(await metrics(place, tenant)).toContain('nearside_alerts_total{outcome="failed"} 1'),
      patience,
    )
  const softlyCapped = async (): Promise<string> => {
    const tenant = newTenant()
    await runBudget(['set', tenant, 'account', '--total-usd', '0.15', '--soft'], {
      env: { REDIS_URL: bridged.redis.url },
      print() {},
      isTerminal: false,
      signal: new AbortController().signal,
    })
    return tenant
  }

  it('lets the call pass and tells the webhook once in its window, of all gateways together', async () => {
    const tenant = await softlyCapped()
    const hook = await startWebhook()
    const [one, other] = [await gateway(tenant, hook.url), await gateway(tenant, hook.url)]
    for (const place of [one, other, one, other, one]) expect(await ask(place, tenant)).toBe(200)
    await vi.waitFor(() => expect(hook.alerts).not.toEqual([]), patience)
    // Time for a second one, if there were one.
    await pause(300)
    expect(hook.alerts).toHaveLength(1)
    const { body, headers } = hook.alerts[0] as Alert
    expect(JSON.parse(body)).toMatchObject({
      type: 'soft-cap-passed',
      account: tenant,
      scope: 'account',
      window: 'total',
      limit: '$0.15',
    })
    expect(body).not.toContain('canary')
    expect(headers['x-nearside-signature']).toBe(
      `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    )
    expect(await metrics(one, tenant)).toMatch(/nearside_soft_caps_passed_total\{window="total"\} [1-9]/)
  })

  it.each([
    ['answers with 500', 500 as const],
    ['hangs', 'hang' as const],
    ['is not there', null],
  ])('is served as ever where the webhook %s', async (_what, answer) => {
    const tenant = await softlyCapped()
    const hook = answer === null ? null : await startWebhook(answer)
    const place = await gateway(tenant, hook?.url ?? 'http://127.0.0.1:1/hook')
    for (let i = 0; i < 3; i++) expect(await ask(place, tenant)).toBe(200)
    if (answer === 'hang') return
    // Tried once more, and then counted.
    await untilFailed(place, tenant)
    if (hook !== null) expect(hook.alerts).toHaveLength(2)
  })

  it('TRUST 19: follows no redirect of the webhook', async () => {
    const tenant = await softlyCapped()
    const elsewhere = await startWebhook()
    const hook = await startWebhook({ to: elsewhere.url })
    const place = await gateway(tenant, hook.url)
    for (let i = 0; i < 2; i++) await ask(place, tenant)
    await untilFailed(place, tenant)
    expect([hook.alerts.length, elsewhere.alerts.length]).toEqual([2, 0])
  })

  it('shows in the metrics what became of holds', async () => {
    const tenant = newTenant()
    const place = await gateway(tenant, 'http://127.0.0.1:1/hook')
    await runBudget(['set', tenant, 'account', '--total-usd', '0.15'], {
      env: { REDIS_URL: bridged.redis.url },
      print() {},
      isTerminal: false,
      signal: new AbortController().signal,
    })
    expect(await ask(place, tenant)).toBe(200)
    // Until the answer is settled the cap is not spent but in flight, which is another refusal.
    await vi.waitFor(
      async () => expect(await metrics(place, tenant)).toContain('nearside_holds_total{outcome="settled"} 1'),
      patience,
    )
    expect(await ask(place, tenant)).toBe(429)
    const text = await metrics(place, tenant)
    expect(text).toContain('nearside_holds_total{outcome="made"} 1')
    expect(text).toContain('nearside_holds_total{outcome="settled"} 1')
    expect(text).toMatch(/nearside_denials_total\{kind="exhausted"\} 1/)
    expect(text).toMatch(/nearside_store_ms_bucket\{verb="reserve",le="5000"\} [1-9]/)
  })
})
