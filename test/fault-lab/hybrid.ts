/**
 * What the lab's gateways have where models work together: nodes and frontiers by name, the strategies, a session store that
 * fails as a request tells it to, and answers kept for repeats. Plain data sets it up, as everything else in the lab.
 *
 * What strikes one request of several comes in its headers, which only the lab reads: `x-lab-tenant` (who asks),
 * `x-lab-sessions` (what the session store does) and `x-lab-later-ms` (how far the clock has gone on).
 */
import {
  executeVerifyAdvise,
  mapReduce,
  memoryReplayStore,
  memorySessionStore,
  type NearsideOptions,
  planExecuteVerifyReplan,
  type SessionStore,
  type SupervisionOptions,
} from '@nearside/workers'
import { price } from '../workerd/place/settings.ts'

export type SessionStoreDoes =
  | 'answers'
  | 'is slow'
  | 'is refused'
  | 'hangs'
  /** It gives, and takes nothing. */
  | 'is full'
  /** It takes the claim of a turn and nothing behind it, as where a process dies there. */
  | 'is lost after the claim'
  | 'has forgotten'
  | 'gives what it never kept'

type Address = { readonly url: string; readonly key: string }

export type HybridSettings = {
  readonly nodes: readonly Address[]
  readonly frontier: Address & { readonly zone: 'premises' | `provider:${string}` }
  /** How sessions are supervised; null where there are none. */
  readonly supervises: Partial<Omit<SupervisionOptions, 'store' | 'secret'>> | null
}

export type Hybrid = {
  readonly options: Pick<NearsideOptions, 'frontier' | 'local' | 'strategies' | 'idempotency'>
  /** Reads what a request says to the lab. */
  hear(header: (name: string) => string | undefined): void
  /** How far the clock has gone on. */
  laterMs(): number
}

const secret = 'a secret of thirty-two characters or more'

export function openHybrid({ nodes, frontier, supervises }: HybridSettings, stored: string[]): Hybrid {
  let does: SessionStoreDoes = 'answers'
  let laterMs = 0
  const store = failingSessions(() => does, stored)
  const terms = { store, secret, zone: 'premises' as const, ...supervises }
  return {
    options: {
      frontier: {
        name: 'frontier',
        url: `${frontier.url}/v1`,
        key: frontier.key,
        models: [{ model: 'large', price, tools: true }],
        zone: frontier.zone,
      },
      local: nodes.map(({ url, key }, n) => ({
        name: `node-${n + 1}`,
        url: `${url}/v1`,
        key,
        models: [{ model: 'small', price: 'free', tools: true }],
        zone: 'premises',
      })),
      strategies: [
        mapReduce(),
        ...(supervises === null ? [] : [executeVerifyAdvise(terms), planExecuteVerifyReplan(terms)]),
      ],
      idempotency: { store: memoryReplayStore(), secret, zone: 'premises' },
    },
    hear(header) {
      does = (header('x-lab-sessions') as SessionStoreDoes | undefined) ?? 'answers'
      laterMs = Number(header('x-lab-later-ms') ?? laterMs)
    },
    laterMs: () => laterMs,
  }
}

/** Sessions in memory, behind a fault that stands in front of them. */
function failingSessions(does: () => SessionStoreDoes, stored: string[]): SessionStore {
  let store = memorySessionStore()
  let savedUnderFault = 0
  const refused = (): never => {
    throw new TypeError('fetch failed')
  }
  return {
    async load(tenant, name) {
      savedUnderFault = 0
      switch (does()) {
        case 'is refused':
          return refused()
        case 'hangs':
          return new Promise(() => {})
        case 'is slow':
          await new Promise((resolve) => setTimeout(resolve, 30))
          return store.load(tenant, name)
        case 'has forgotten':
          store = memorySessionStore()
          return null
        case 'gives what it never kept': {
          const kept = await store.load(tenant, name)
          return kept === null ? null : { ...kept, sealed: [...kept.sealed].toReversed().join('') }
        }
        default:
          return store.load(tenant, name)
      }
    },
    async save(...given) {
      stored.push(JSON.stringify(given))
      switch (does()) {
        case 'is refused':
        case 'is full':
          return refused()
        case 'is lost after the claim':
          return savedUnderFault++ === 0 ? store.save(...given) : refused()
        case 'hangs':
          return new Promise(() => {})
        case 'is slow':
          await new Promise((resolve) => setTimeout(resolve, 30))
          return store.save(...given)
        default:
          return store.save(...given)
      }
    },
  }
}
