/** A gateway in a process of its own: told by one line of JSON what to stand on, it says its address and serves. */
import { createInterface } from 'node:readline'
import { nearside } from '@nearside/workers'
import { redisBudgetStore } from '@nearside/workers/redis'
import { Hono } from 'hono'
import { startNodeApp } from '../harness/node-app.ts'

export type GatewaySetup = {
  readonly frontier: string
  readonly key: string
  readonly redis: string
  readonly token: string
  readonly tenant: string
}

/** What a thousand output tokens cost is ten cents, and a prompt nothing. */
const price = { prompt: 0, cachedPrompt: 0, output: 100_000, since: '2026-01-01', longContext: null }

createInterface({ input: process.stdin }).once('line', async (line) => {
  const { frontier, key, redis, token, tenant } = JSON.parse(line) as GatewaySetup
  const app = new Hono()
  app.use(
    '*',
    nearside({
      account: () => ({ tenant }),
      frontier: { url: `${frontier}/v1`, key, models: [{ model: 'dear', price, contextTokens: 100_000 }] },
      budgets: redisBudgetStore({ url: redis, token, timeoutMs: 30_000 }),
      budgetsZone: 'gateway',
      caps: [{ scope: 'account', window: 'total', limit: 5_000_000_000 }],
      onStoreError: 'refuse',
      // A burst of cold processes on a small machine is what is tested here, not its speed.
      deadlines: { storeMs: 60_000 },
    }),
  )
  const { url } = await startNodeApp(app)
  process.stdout.write(`${url}\n`)
})
