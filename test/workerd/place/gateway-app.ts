/**
 * Many gateways in one app: `/<settings>/v1/…` is served by a middleware of its own, made for these settings at their
 * first request, and `/<settings>/observed` tells what it did.
 */
import {
  type BudgetStore,
  cascade,
  consistency,
  durableObjectBudgetStore,
  durableObjectSessionStore,
  executeVerifyAdvise,
  hedging,
  type Label,
  labelling,
  mapReduce,
  memoryBudgetStore,
  memoryResponseStore,
  memorySessionStore,
  type NearsideOptions,
  nearside,
  planExecuteVerifyReplan,
  type RequestRecord,
} from '@nearside/workers'
import { Hono } from 'hono'
import {
  type GatewaySettings,
  type Observed,
  price,
  type StoreCall,
  type UpstreamSettings,
} from './settings.ts'

export type GatewayBindings = {
  readonly LEDGER?: Parameters<typeof durableObjectBudgetStore>[0]
  readonly SESSIONS?: Parameters<typeof durableObjectSessionStore>[0]
}

type ExecutionContext = NonNullable<Parameters<Hono['fetch']>[2]>
type Gateway = { readonly app: Hono; observe(): Promise<Observed> }
type Events = Parameters<NonNullable<NearsideOptions['rewrite']>>[0]

/** One for all gateways of the app: what one tenant keeps, the others could ask for. */
const responses = memoryResponseStore()

/** The same for their sessions. */
const sessions = memorySessionStore()

const gateways = new Map<string, Gateway>()
const mostKept = 1_000

export async function serveGateway(
  request: Request,
  bindings: GatewayBindings,
  context?: ExecutionContext,
): Promise<Response> {
  const [, name = '', place] = new URL(request.url).pathname.split('/')
  let gateway = gateways.get(name)
  if (gateway === undefined) {
    gateway = openGateway(name, bindings)
    gateways.set(name, gateway)
  }
  if (place === 'observed') return Response.json(await gateway.observe())
  return gateway.app.fetch(request, bindings, context)
}

function openGateway(name: string, bindings: GatewayBindings): Gateway {
  const text = atob(name.replaceAll('-', '+').replaceAll('_', '/'))
  const { tenant, ...settings } = JSON.parse(text) as GatewaySettings & { readonly tenant: string }
  const calls: StoreCall[] = []
  const records: RequestRecord[] = []
  const labels: Label[] = []
  let pauses = 0
  const { books = 'memory' } = settings
  const store = books === 'none' ? null : watched(openStore(books, bindings), calls)
  const limit = settings.limit ?? 100_000_000_000

  const app = new Hono()
  app.use(
    '*',
    nearside({
      account: () => ({ tenant }),
      edge: false,
      frontier: settings.frontier.map((upstream, i) => ({
        ...upstreamOf(upstream, `frontier-${i + 1}`, price),
        ...(settings.frontierZone === undefined ? {} : { zone: settings.frontierZone }),
      })),
      local: (settings.local ?? []).map((upstream, i) => ({
        ...upstreamOf(upstream, `local-${i + 1}`, 'free'),
        ...(settings.localZone === undefined ? {} : { zone: settings.localZone }),
      })),
      ...(store === null
        ? {}
        : {
            budgets: store.store,
            budgetsZone: 'premises' as const,
            onStoreError: 'refuse' as const,
            caps: [{ scope: 'account', window: 'total', limit }],
          }),
      ...(settings.keeps === undefined
        ? {}
        : {
            responses: {
              store: responses,
              secret: 'a secret of thirty-two characters or more',
              zone: settings.keeps,
            },
          }),
      ...(settings.sessionSecret === undefined ? {} : { sessions: { secret: settings.sessionSecret } }),
      onHangUp: settings.onHangUp ?? 'abort',
      ...(settings.rewrite === undefined ? {} : { rewrite: rewriters[settings.rewrite] }),
      ...(settings.policy === undefined
        ? {}
        : { policy: settings.policy, strategies: strategiesFor(settings, bindings) }),
      ...(settings.hedgesAfterMs === undefined
        ? {}
        : { hedging: hedging({ leastMs: settings.hedgesAfterMs }) }),
      ...(settings.labels === true
        ? {
            labelling: labelling({ share: 0.5, onLabel: (label) => void labels.push(label), limitMs: 3_000 }),
          }
        : {}),
      deadlines: { storeMs: 30_000, ...settings.deadlines },
      retry: { attempts: 2, pauseMs: 1, ...settings.retry },
      random: () => {
        pauses++
        return settings.random ?? 0
      },
      onRecord(record) {
        records.push(record)
        // The soaks look at memory: what is kept for the tests must not be what grows.
        if (records.length > mostKept) records.shift()
      },
    }),
  )
  return {
    app,
    observe: async () => ({
      calls,
      records,
      labels,
      pauses,
      balance: store === null ? null : await store.balance(),
    }),
  }
}

function strategiesFor(
  { supervises, sessionsIn = 'memory' }: GatewaySettings,
  { SESSIONS }: GatewayBindings,
): NonNullable<NearsideOptions['strategies']> {
  const always = [cascade(), consistency(), mapReduce()]
  if (supervises === undefined) return always
  if (sessionsIn === 'durable-object' && SESSIONS === undefined)
    throw new Error('Durable Objects are in workerd only')
  const terms = {
    store: sessionsIn === 'memory' || SESSIONS === undefined ? sessions : durableObjectSessionStore(SESSIONS),
    secret: 'a secret of thirty-two characters or more',
    zone: 'premises' as const,
    ...supervises,
  }
  return [...always, executeVerifyAdvise(terms), planExecuteVerifyReplan(terms)]
}

function openStore(books: 'memory' | 'durable-object', { LEDGER }: GatewayBindings): BudgetStore {
  if (books === 'memory') return memoryBudgetStore()
  if (LEDGER === undefined) throw new Error('Durable Objects are in workerd only')
  return durableObjectBudgetStore(LEDGER)
}

/** The store itself, with each call written down once it was answered. */
function watched(
  store: BudgetStore,
  calls: StoreCall[],
): { readonly store: BudgetStore; balance(): Promise<Observed['balance']> } {
  let first: Parameters<BudgetStore['reserve']>[0] | null = null
  const note = (call: StoreCall): void => {
    calls.push(call)
    if (calls.length > 2 * mostKept) calls.shift()
  }
  return {
    store: {
      ...store,
      async reserve(hold) {
        first ??= hold
        const reservation = await store.reserve(hold)
        const outcome = reservation.granted
          ? reservation.repeated
            ? 'repeated'
            : 'granted'
          : reservation.reason
        note({ verb: 'reserve', hold: hold.id, amount: hold.amount, outcome })
        return reservation
      },
      async settle(hold, amount) {
        const settlement = await store.settle(hold, amount)
        note({ verb: 'settle', hold: hold.id, amount, outcome: settlement.outcome })
        return settlement
      },
      async release(hold) {
        const release = await store.release(hold)
        note({ verb: 'release', hold: hold.id, amount: 0, outcome: release.outcome })
        return release
      },
      async renew(hold, leaseMs) {
        const renewal = await store.renew(hold, leaseMs)
        note({ verb: 'renew', hold: hold.id, amount: 0, outcome: String(renewal.renewed) })
        return renewal
      },
    },
    async balance() {
      if (first === null) return null
      const [balance] = await store.read(first.tenant, first.caps)
      return balance ?? null
    },
  }
}

function upstreamOf({ url, key }: UpstreamSettings, name: string, offered: typeof price | 'free') {
  return { name, url: `${url}/v1`, key, models: [{ model: 'gpt-4o', price: offered, tools: true }] }
}

const rewriters: Record<NonNullable<GatewaySettings['rewrite']>, NonNullable<NearsideOptions['rewrite']>> = {
  async *pass(events) {
    yield* events
  },
  async *upper(events: Events) {
    for await (const event of events) {
      const choices = event.choices.map((choice) => ({ ...choice, text: choice.text.toUpperCase() }))
      yield { ...event, choices, wire: null } as typeof event
    }
  },
  async *throw(events: Events) {
    let seen = 0
    for await (const event of events) {
      if (event.type === 'answer-whole' || ++seen === 2) throw new Error('the rewriter failed')
      yield event
    }
  },
}
