/**
 * Gateways made to order, in one app: a test says what options one has and how its host misbehaves, and gets a path
 * under which it is mounted. The app is the same in workerd and on Node, so what is said of one holds for the other.
 *
 * What a gateway told its host is kept and can be asked for: every record, and every word that its budget store was
 * given.
 */
import {
  type EdgeAnswerer,
  memoryBudgetStore,
  type NearsideOptions,
  nearside,
  type RequestRecord,
} from '@nearside/workers'
import { type Context, Hono } from 'hono'
import type { BudgetStore } from '../../../workers/src/budget/budget-store.ts'

/** What the host's own functions do wrong, or the host does otherwise than usual. */
export type HostHabit =
  | 'answerer-throws'
  | 'difficulty-throws'
  | 'record-throws'
  | 'account-throws'
  /** The options come from a function of the first request's context. */
  | 'options-from-function'
  /** The budget store is there, in memory. */
  | 'store'
  | 'store-throws'

export type Setup = {
  /** Everything that JSON can say; what is wrong on purpose may be anything. */
  readonly options: Readonly<Record<string, unknown>>
  readonly host?: readonly HostHabit[]
}

/** What the host of a gateway has heard. */
export type Told = {
  readonly records: readonly RequestRecord[]
  /** The verb and the arguments of each call of the budget store. */
  readonly store: readonly (readonly [verb: string, ...args: readonly unknown[]])[]
}

export type Opened =
  | { readonly path: string }
  | { readonly refused: { readonly code: string; readonly param: string } }

type Gateway = {
  readonly app: Hono
  readonly told: { records: RequestRecord[]; store: [string, ...unknown[]][] }
}

export function gateways(): Hono {
  const app = new Hono()
  const opened: Gateway[] = []

  app.post('/gateways', async (c) => {
    try {
      opened.push(openGateway(await c.req.json<Setup>()))
      return c.json({ path: `/${opened.length - 1}` } satisfies Opened)
    } catch (error) {
      const { code, param } = error as { code: string; param: string }
      return c.json({ refused: { code, param } } satisfies Opened)
    }
  })
  app.get('/gateways/:number/told', (c) => c.json(opened[Number(c.req.param('number'))]?.told ?? null))
  app.all('/:number{[0-9]+}/*', (c) => {
    const gateway = opened[Number(c.req.param('number'))]
    if (gateway === undefined) return c.notFound()
    // Only the paths of the status pages are whole paths; everything else is seen with its prefix, as it came.
    const status = /^\/\d+(\/(?:health|ready|metrics))$/.exec(c.req.path)?.[1]
    const request = status === undefined ? c.req.raw : new Request(new URL(status, c.req.url), c.req.raw)
    return gateway.app.fetch(request, c.env, contextOf(c))
  })
  return app
}

function openGateway({ options, host = [] }: Setup): Gateway {
  const told: Gateway['told'] = { records: [], store: [] }
  const given = {
    ...options,
    ...(host.includes('answerer-throws') && { edge: [throwing] }),
    ...(host.includes('difficulty-throws') && { difficulty: fail }),
    ...(host.includes('account-throws') && { account: fail }),
    ...((host.includes('store') || host.includes('store-throws')) && {
      budgets: overheard(memoryBudgetStore(), told.store, host.includes('store-throws')),
    }),
    onRecord(record: RequestRecord) {
      told.records.push(record)
      if (host.includes('record-throws')) fail()
    },
  } as NearsideOptions
  const middleware = nearside(host.includes('options-from-function') ? () => given : given)
  return { app: new Hono().use('*', middleware).notFound((c) => c.text("the host's own 404", 404)), told }
}

const throwing: EdgeAnswerer = { name: 'throwing', offer: () => fail() }

function fail(): never {
  throw new Error('the host failed')
}

function overheard(store: BudgetStore, calls: [string, ...unknown[]][], broken: boolean): BudgetStore {
  const heard =
    <Args extends readonly unknown[], Out>(verb: string, call: (...args: Args) => Promise<Out>) =>
    (...args: Args): Promise<Out> => {
      calls.push([verb, ...args])
      return broken ? Promise.reject(new Error('the store failed')) : call(...args)
    }
  return {
    reserve: heard('reserve', store.reserve),
    settle: heard('settle', store.settle),
    release: heard('release', store.release),
    renew: heard('renew', store.renew),
    read: heard('read', store.read),
    writeOff: heard('writeOff', store.writeOff),
  }
}

/** Workers bring a context for work behind the answer; on Node there is none. */
function contextOf(c: Context): Context['executionCtx'] | undefined {
  try {
    return c.executionCtx
  } catch {
    return undefined
  }
}
