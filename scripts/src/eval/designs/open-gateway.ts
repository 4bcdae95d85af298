/**
 * A gateway in this process between the loop and the two models, with books that say what it charged.
 *
 * The client's fetch is the app itself: what is measured is the gateway's own code, without a socket that it needs not.
 */
import { memoryBudgetStore, memorySessionStore, nearside } from '@nearside/workers'
import { Hono } from 'hono'
import OpenAI from 'openai'
import { type Design, offers } from './designs.ts'
import type { Models, RunSettings } from './open-models.ts'

export type OpenGateway = {
  readonly client: OpenAI
  /** Nano-dollars that were settled, once nothing is held any more. */
  charged(): Promise<number>
}

export function openGateway(design: Design, models: Models, settings: RunSettings): OpenGateway {
  const sessions = {
    store: memorySessionStore(),
    secret: 'of a simulation, and of nothing else',
    zone: 'premises',
  } as const
  const store = memoryBudgetStore({ mostRows: 1_000_000 })
  let settled = 0
  let open = 0
  const app = new Hono()
  app.use(
    '*',
    nearside({
      open: 'loopback',
      edge: false,
      frontier: {
        name: 'supervisor',
        url: models.supervisor.url,
        key: settings.supervisor.key,
        models: [{ model: settings.supervisor.model, price: settings.price, tools: true }],
      },
      local: {
        name: 'executor',
        url: models.executor.url,
        key: settings.executor.key,
        zone: 'premises',
        models: [{ model: settings.executor.model, price: 'free', tools: true, contextTokens: 32_768 }],
      },
      budgets: {
        ...store,
        async reserve(hold) {
          const reservation = await store.reserve(hold)
          if (reservation.granted) open++
          return reservation
        },
        async settle(hold, amount, usedTokens) {
          const settlement = await store.settle(hold, amount, usedTokens)
          settled += amount
          open--
          return settlement
        },
        async release(hold) {
          open--
          return await store.release(hold)
        },
      },
      budgetsZone: 'premises',
      onStoreError: 'refuse',
      caps: [{ scope: 'account', window: 'total', limit: Number.MAX_SAFE_INTEGER }],
      policy: design.policy,
      strategies: Object.values(offers).map((offer) => offer(sessions)),
    }),
  )
  return {
    client: new OpenAI({
      baseURL: 'http://127.0.0.1/v1',
      apiKey: 'none, while loopback is open',
      maxRetries: 0,
      fetch: async (input, init) => await app.fetch(new Request(input, init)),
    }),
    async charged() {
      const until = Date.now() + settlingMs
      while (open > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 5))
      if (open > 0) throw new Error(`${open} holds were never closed.`)
      return settled
    },
  }
}

/** Settling lies behind the answers, and takes five seconds at most. */
const settlingMs = 10_000
