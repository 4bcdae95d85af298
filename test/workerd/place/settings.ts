/** What a case says of its gateway: plain data, since it travels to a Worker in the path of a URL. */
import type { GivenPolicy } from '@nearside/core'
import type { Label, RequestRecord, SupervisionOptions } from '@nearside/workers'

export type UpstreamSettings = { readonly url: string; readonly key: string }

export type GatewaySettings = {
  /** In the operator's order; each has one model, of the price in `price`. */
  readonly frontier: readonly UpstreamSettings[]
  /** Nodes without a price. @default none */
  readonly local?: readonly UpstreamSettings[]
  /** @default 'memory' */
  readonly books?: 'none' | 'memory' | 'durable-object'
  /** The account's only cap, in nano-dollars. @default a hundred dollars */
  readonly limit?: number
  /** @default 'abort' */
  readonly onHangUp?: 'abort' | 'finish'
  /** What the rewriter does. `pass`: nothing; `upper`: changes the text; `throw`: fails at the second event. @default none */
  readonly rewrite?: 'pass' | 'upper' | 'throw'
  /** The zone of the nodes. @default their hosts' own */
  readonly localZone?: 'premises'
  /** The zone in which responses are kept. @default none are */
  readonly keeps?: 'premises' | 'provider:store'
  /** What sessions are sealed with. @default none are kept */
  readonly sessionSecret?: string
  readonly deadlines?: {
    readonly firstTokenMs?: number
    readonly idleMs?: number
    readonly totalMs?: number
    readonly bodyMs?: number
  }
  /** @default two attempts, a millisecond apart */
  readonly retry?: { readonly attempts?: number; readonly pauseMs?: number; readonly longestPauseMs?: number }
  /** How it is decided; every strategy that there is may be named. @default direct */
  readonly policy?: GivenPolicy
  /** A second node is asked where the first is silent for so long at least. @default none is */
  readonly hedgesAfterMs?: number
  /** Whether every answer is compared with a second one, where `random` is below a half. @default false */
  readonly labels?: true
  /** Brings the supervised strategies, with what is said here of them. @default they are not there */
  readonly supervises?: Partial<Pick<SupervisionOptions, 'everyTurns' | 'quietTurns' | 'timeoutMs' | 'zone'>>
  /** What their sessions are kept in. @default 'memory' */
  readonly sessionsIn?: 'memory' | 'durable-object'
  /** The zone of the frontiers. @default their hosts' own */
  readonly frontierZone?: 'premises'
  /** What `random` says. @default 0 */
  readonly random?: number
}

/** Nano-dollars a token: a prompt token costs a thousand, an output token four thousand. */
export const price = {
  prompt: 1_000,
  cachedPrompt: 500,
  output: 4_000,
  since: '2026-01-01',
  longContext: null,
} as const

/** One call of the budget store, with what it was told. */
export type StoreCall = {
  readonly verb: 'reserve' | 'settle' | 'release' | 'renew'
  readonly hold: string
  /** What was set aside, or charged. */
  readonly amount: number
  /** The store's answer in a word. */
  readonly outcome: string
}

export type Observed = {
  readonly calls: readonly StoreCall[]
  readonly records: readonly RequestRecord[]
  /** What was labelled. */
  readonly labels: readonly Label[]
  /** How many pauses were begun: each takes a number from `random`. */
  readonly pauses: number
  /** Of the account's cap; null before anything was set aside. */
  readonly balance: {
    readonly settled: number
    readonly reserved: number
    readonly expired: number
    readonly charges: number
  } | null
}
