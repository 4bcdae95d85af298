/**
 * The port behind kept answers: what the request path asks of a cache, said without a word of how it keeps anything.
 *
 * A host passes a value (`exactCache({ … })`), so a bundle without one carries no cache. The first of the values also brings
 * what carries a request through all of them.
 */
import type { ChatRequest, Privacy, TierName, ToldAnswer, Wishes } from '@nearside/core'
import type { Counter } from '../metrics/registry.ts'
import type { RequestRecord } from '../record/record.ts'

/** As much of a call as a cache may know. */
export type CachedCall = {
  readonly id: string
  readonly account: { readonly tenant: string }
  readonly request: ChatRequest
  readonly wishes: Wishes
  readonly at: number
  readonly clientGone: AbortSignal
  readonly alarm: { clear(): void }
  readonly waitUntil: (work: Promise<unknown>) => void
}

/** An answer that is kept, and where it came from. */
export type KeptEntry = {
  readonly answer: ToldAnswer
  /** The request that it was given to. */
  readonly decision: string
  readonly model: string
  readonly tier: TierName
  readonly at: number
  readonly endsAt: number
}

/** What one request meets in one cache. */
export type CacheView = {
  readonly available: boolean
  /** Equal for two requests that may share one answer in this isolate; null where none may. */
  readonly flight: string | null
  find(): Promise<KeptEntry | null>
  keep(entry: KeptEntry): Promise<void>
}

export type CacheLayer = {
  readonly kind: 'exact' | 'alike'
  readonly keepMs: number
  /** Null where this request is neither looked up here nor kept. `host` is where the request came to. */
  view(call: CachedCall, host: string): Promise<CacheView | null>
  /** Whether the layer may keep a text of this privacy. */
  mayKeep(privacy: Privacy): boolean
  /** Forgets all that is kept for the tenant. */
  purge(tenant: string): Promise<void>
}

export type CacheTerms = {
  readonly now: () => number
  /** Whether an upstream is let finish when its client has left. */
  readonly finishes: boolean
  readonly counted: Counter
}

/** What `exactCache` and `semanticCache` make. */
export type AnswerCache = {
  readonly kind: CacheLayer['kind']
  open(terms: CacheTerms): CacheLayer
  carry(layers: readonly CacheLayer[], terms: CacheTerms): OpenAnswerCache
}

export type OpenAnswerCache = {
  /** A kept answer, or what `serve` answers, which is kept where it may be. */
  through(asked: AskedThrough, serve: () => Promise<Response>): Promise<Response>
  purge(tenant: string): Promise<void>
}

export type AskedThrough = {
  readonly call: CachedCall
  /** The request's own address, and what it says under `x-nearside-cache`. */
  readonly url: string
  readonly header: string | undefined
  /** How private the text turned out to be by the time that it was answered. */
  readonly privacy: () => Privacy
  readonly tell: (record: RequestRecord) => void
}
