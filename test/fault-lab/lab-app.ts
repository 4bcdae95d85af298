/**
 * Many gateways in one app, as plain data in the path sets them up: policy and strategy, a privacy guard, an exact cache and a
 * budget store that fails as told. `/<settings>/observed` tells what was done with the money and written down.
 */
import type { GivenPolicy, Strategy } from '@nearside/core'
import {
  type BudgetStore,
  cascade,
  consistency,
  exactCache,
  memoryBudgetStore,
  memoryCacheStore,
  type NearsideOptions,
  nearside,
  privacyGuard,
  type RequestRecord,
} from '@nearside/workers'
import { Hono } from 'hono'
import { price, type StoreCall } from '../workerd/place/settings.ts'
import type { Fault } from './faults.ts'
import { type HybridSettings, openHybrid } from './hybrid.ts'

export type LabSettings = {
  /** A gateway of its own for each. */
  readonly number: number
  readonly frontier: { readonly url: string; readonly key: string }
  readonly node: { readonly url: string; readonly key: string }
  readonly strategy: Strategy
  readonly difficulty: number
  readonly providers: readonly string[]
  readonly limit: number
  readonly store: Fault['store']
  readonly broken: Fault['broken']
  readonly clock: Fault['clock']
  readonly cached: boolean
  /** Whether one of the parties is silent on purpose. */
  readonly silent: boolean
  /** Said over the lab's own policy. */
  readonly policy?: GivenPolicy
  /** Other times than the lab's own, where a party is silent on purpose. */
  readonly deadlines?: { readonly firstTokenMs: number; readonly idleMs: number; readonly totalMs: number }
  /** Whether `limit` is one that is told of and not held. @default false */
  readonly soft?: boolean
  /** Several nodes, sessions and documents, in the place of one frontier and one node. */
  readonly hybrid?: HybridSettings
}

export type LabObserved = {
  readonly calls: readonly StoreCall[]
  readonly records: readonly RequestRecord[]
  readonly balance: { readonly settled: number; readonly reserved: number; readonly expired: number } | null
  /** Everything that was handed to a store, as text. */
  readonly stored: string
}

type Context = NonNullable<Parameters<Hono['fetch']>[2]>
type Gateway = { readonly app: Hono; observe(): Promise<LabObserved> }

export const frontierZone = 'frontier.lab'
/** Where somebody says nothing on purpose, a row waits for it. Elsewhere a busy machine must not reach a deadline by itself. */
const hurried = { firstTokenMs: 2_500, idleMs: 2_500, totalMs: 5_000, storeMs: 1_200 }
const patient = { storeMs: 10_000 }
const dayMs = 86_400_000

const gateways = new Map<string, Gateway>()

export async function serveLab(request: Request, context?: Context): Promise<Response> {
  const [, name = '', place] = new URL(request.url).pathname.split('/')
  let gateway = gateways.get(name)
  if (gateway === undefined) {
    gateway = openGateway(JSON.parse(atob(name.replaceAll('-', '+').replaceAll('_', '/'))) as LabSettings)
    gateways.set(name, gateway)
  }
  if (place === 'observed') return Response.json(await gateway.observe())
  return gateway.app.fetch(request, {}, context)
}

function openGateway(settings: LabSettings): Gateway {
  const { frontier, node, strategy, providers, broken, clock } = settings
  const records: RequestRecord[] = []
  const stored: string[] = []
  const books = watchedBooks(settings.store, stored)
  const cacheStore = memoryCacheStore()
  const hybrid = settings.hybrid === undefined ? null : openHybrid(settings.hybrid, stored)
  let requests = 0
  const throwing = (): never => {
    throw new Error('This part is broken.')
  }
  const jumpMs = clock === 'a day ahead' ? dayMs : clock === 'a day back' ? -dayMs : 0
  const app = new Hono()
  app.use('*', async (c, next) => {
    requests++
    hybrid?.hear((name) => c.req.header(name))
    await next()
  })
  app.use(
    '*',
    nearside({
      account: (c) => ({ tenant: c.req.header('x-lab-tenant') ?? 'lab', providers }),
      edge: false,
      frontier: {
        name: 'frontier',
        url: `${frontier.url}/v1`,
        key: frontier.key,
        models: [{ model: 'large', price }],
        zone: `provider:${frontierZone}`,
      },
      local: {
        name: 'node',
        url: `${node.url}/v1`,
        key: node.key,
        models: [{ model: 'small', price: 'free' }],
        zone: 'premises',
      },
      policy: {
        strategy,
        cascade: { bar: 0.7, holdTokens: 8, holdMs: 600 },
        ...(strategy === 'domain' ? { domain: { table: measured, worthUsd: 1 } } : {}),
        ...settings.policy,
      },
      strategies: [cascade(), consistency()],
      difficulty: broken === 'classifier' ? throwing : () => settings.difficulty,
      privacy: privacyGuard(
        { detect: { email: 'sensitive' } },
        broken === 'detector' ? { find: throwing } : {},
      ),
      budgets: books.store,
      budgetsZone: 'premises',
      onStoreError: 'refuse',
      caps: [
        {
          scope: 'account',
          window: 'total',
          limit: settings.limit,
          kind: settings.soft === true ? 'soft' : 'hard',
        },
      ],
      ...(settings.cached
        ? {
            cache: exactCache({
              store: {
                ...cacheStore,
                async save(...given) {
                  stored.push(JSON.stringify(given))
                  await cacheStore.save(...given)
                },
              },
              secret: 'a secret of thirty-two characters or more',
            }),
          }
        : {}),
      deadlines: { ...(settings.silent ? hurried : patient), ...settings.deadlines },
      retry: { attempts: 2, pauseMs: 1, longestPauseMs: 500 },
      random: () => 0,
      now: () => Date.now() + (requests > 1 ? jumpMs : 0) + (hybrid?.laterMs() ?? 0),
      onRecord: (record) => void records.push(record),
      ...hybrid?.options,
    } satisfies NearsideOptions),
  )
  return {
    app,
    observe: async () => ({
      calls: books.calls,
      records,
      balance: await books.balance(),
      stored: stored.join('\n'),
    }),
  }
}

/** The frontier is measured to be worth its price, whatever is asked. */
const measured = {
  format: 'nearside-domain-table',
  version: 1,
  by: 'difficulty',
  bands: [],
  plans: ['local', 'frontier'],
  clusters: [{ task: null, domain: null, band: null, requests: 100, quality: { local: 0.5, frontier: 0.9 } }],
} as const

type Books = {
  readonly store: BudgetStore
  readonly calls: readonly StoreCall[]
  balance(): Promise<LabObserved['balance']>
}

/** The store in memory, with each call written down once it was answered, behind a fault that stands in front of it. */
function watchedBooks(does: Fault['store'], stored: string[]): Books {
  const store = memoryBudgetStore()
  const calls: StoreCall[] = []
  /** A hold of each tenant's, by which its balance is asked for. */
  const accounts = new Map<string, Parameters<BudgetStore['reserve']>[0]>()
  async function pass<T>(call: () => Promise<T>, given: unknown): Promise<T> {
    stored.push(JSON.stringify(given))
    switch (does) {
      case 'is refused':
        throw new TypeError('fetch failed')
      case 'is out of memory':
        throw new Error("OOM command not allowed when used memory > 'maxmemory'.")
      case 'hangs':
        return new Promise(() => {})
      case 'is slow':
        await new Promise((resolve) => setTimeout(resolve, 30))
        return call()
      case 'answers':
        return call()
    }
  }
  return {
    calls,
    store: {
      ...store,
      async reserve(hold) {
        if (!accounts.has(hold.tenant)) accounts.set(hold.tenant, hold)
        const told = await pass(() => store.reserve(hold), hold)
        const outcome = told.granted ? (told.repeated ? 'repeated' : 'granted') : told.reason
        calls.push({ verb: 'reserve', hold: hold.id, amount: hold.amount, outcome })
        return told
      },
      async settle(hold, amount, usedTokens) {
        const told = await pass(() => store.settle(hold, amount, usedTokens), hold)
        calls.push({ verb: 'settle', hold: hold.id, amount, outcome: told.outcome })
        return told
      },
      async release(hold) {
        const told = await pass(() => store.release(hold), hold)
        calls.push({ verb: 'release', hold: hold.id, amount: 0, outcome: told.outcome })
        return told
      },
    },
    async balance() {
      if (accounts.size === 0) return null
      const sum = { settled: 0, reserved: 0, expired: 0 }
      for (const { tenant, caps } of accounts.values()) {
        const [balance] = await store.read(tenant, caps)
        sum.settled += balance?.settled ?? 0
        sum.reserved += balance?.reserved ?? 0
        sum.expired += balance?.expired ?? 0
      }
      return sum
    },
  }
}
