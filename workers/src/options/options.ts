/**
 * What a host may say to the middleware: one flat object, each field with its default.
 *
 * The types are what users see in their editor; `resolve-options.ts` fills, checks and compiles them once, and
 * from then on the code holds complete values.
 */
import type {
  BreakerLimits,
  CapTerms,
  Catalogue,
  ChatEvent,
  ChatRequest,
  DifficultyOf,
  GivenPolicy,
  LimitTerms,
  MayUse,
  NanoUsd,
  Price,
  PrivacyLevel,
  Strategy,
  Zone,
} from '@nearside/core'
import type { Context, Env } from 'hono'
import type { BudgetStore } from '../budget/budget-store.ts'
import type { CapDirectory } from '../budget/cap-directory.ts'
import type { FirstOnce } from '../budget/first-once.ts'
import type { RateLimitBinding } from '../budget/rate-limit-binding.ts'
import type { EdgeAnswerer } from '../edge/answerer.ts'
import type { KeyDirectory } from '../keys/key-directory.ts'
import type { PrivacyGuard } from '../privacy/privacy-guard.ts'
import type { RequestRecord } from '../record/record.ts'
import type { ReplayStore } from '../replay/replay-store.ts'
import type { ResponseStore } from '../replay/response-store.ts'
import type { AnswerCache } from './answer-cache.ts'
import type { QualityOptions } from './quality-options.ts'
import type { TelemetrySink } from './telemetry-options.ts'

/** Whose request this is. The tenant is the wall: budgets, caches and sessions never cross it. */
export type Account = {
  /** Unique among the operator's customers; letters, digits, dots, dashes and underscores. */
  readonly tenant: string
  /** The least privacy its requests get; a caller's header may only tighten it. @default 'public' */
  readonly privacy?: PrivacyLevel
  /** The providers named in its contract, for `contractual`. @default [] */
  readonly providers?: readonly string[]
  /** What it may spend. @default the options' `caps` */
  readonly caps?: readonly CapTerms[]
  /** What else it spends for, beside the account and the model: `team:web`, `user:17`. Caps may be set for each. @default [] */
  readonly scopes?: readonly string[]
  /** The tiers and models that it may use. @default all */
  readonly mayUse?: MayUse
  /** What it may ask for in a minute and at the same time, of what has a price. @default the options' `limits` */
  readonly limits?: LimitTerms
}

export type ManagedKeyOptions = {
  /** What keys are made with, 32 bytes at least: `NEARSIDE_KEY_SECRET` of `nearside keys`. */
  readonly secret: string
  /** The one before it, whose keys are still good. @default none */
  readonly previousSecret?: string
  /** Where their records are kept. */
  readonly directory: KeyDirectory
  /** How long a record is believed: so long may a revoked key still be served. @default 30000 */
  readonly recheckMs?: number
  /** What holds for all of them beside what their records say. @default nothing */
  readonly account?: Omit<Account, 'tenant' | 'mayUse'>
}

export type AlertOptions = {
  /** A webhook: one POST for each soft cap that was passed, once in its window. Redirects are not followed. */
  readonly url: string
  /** Signs the body, as `x-nearside-signature: sha256=<HMAC>`. @default unsigned */
  readonly secret?: string
  /** Where the webhook is. @default `provider:` and the host of `url` */
  readonly zone?: Zone
  /** Lets one isolate of all say it. @default each isolate for itself */
  readonly once?: FirstOnce
}

export type StoredCapsOptions = {
  readonly directory: CapDirectory
  /** How long they are believed: within so long a changed cap holds everywhere. @default 30000 */
  readonly recheckMs?: number
}

export type IdempotencyOptions = {
  readonly store: ReplayStore
  /** What answers are sealed with, and keys named by: 32 characters at least. */
  readonly secret: string
  /** The one before it: what was kept under it is still given. @default none */
  readonly previousSecret?: string
  /** Where the store keeps them. @default 'provider:replay-store': what is nearer must be declared */
  readonly zone?: Zone
  /** How long an answer is kept. @default 86400000, a day */
  readonly keepMs?: number
  /** How long a repeat waits for the first request. @default 5000 */
  readonly waitMs?: number
}

export type ResponseOptions = {
  readonly store: ResponseStore
  /** What responses are sealed with, and named by: 32 characters at least. */
  readonly secret: string
  /** The one before it, whose responses are still found. @default none */
  readonly previousSecret?: string
  /** Where the store keeps them. @default 'provider:response-store': what is nearer must be declared */
  readonly zone?: Zone
  /** How long a response is kept. @default 2592000000, 30 days */
  readonly keepMs?: number
}

export type SessionOptions = {
  /** What sessions are sealed with, and the ids of local tool calls tagged by: 32 characters at least. */
  readonly secret: string
  /** The one before it, whose sessions and tool calls still hold. @default none */
  readonly previousSecret?: string
}

export type ModelOffer = {
  /** The model's name as the upstream knows it. */
  readonly model: string
  /** What it costs; `'free'` makes no hold. @default the catalogue's price for `model`, and refused where it has none */
  readonly price?: Price | 'free'
  /** Tokens that prompt and answer may take together. @default the catalogue's, else 8192 local, 128000 frontier */
  readonly contextTokens?: number
  /** @default false local, true frontier */
  readonly tools?: boolean
  /** @default false local, true frontier */
  readonly images?: boolean
}

export type EmbeddingOffer = Pick<ModelOffer, 'model' | 'price' | 'contextTokens'>

export type Upstream = {
  /** Shown in headers and records. @default 'local' or 'frontier', numbered where there are several */
  readonly name?: string
  /** Base URL up to and with its version, as OpenAI clients take it: `https://api.openai.com/v1`. */
  readonly url: string
  /** Sent as a bearer token: an API key, or a local-runtime's secret. */
  readonly key?: string
  /** The first is what the router chooses; all may be asked for by name. */
  readonly models: readonly (string | ModelOffer)[]
  /** Models for `/v1/embeddings`, asked for by name alone; `models` may then be empty. @default none */
  readonly embeddings?: readonly (string | EmbeddingOffer)[]
  /** Where its text ends up: `premises` or a provider. @default `provider:` and the host of `url`: premises must be declared */
  readonly zone?: Zone
  /** The field that limits an answer's tokens there. @default 'max_tokens' local, 'max_completion_tokens' frontier */
  readonly limitField?: 'max_tokens' | 'max_completion_tokens'
  /** Carries calls there in place of `fetch`: a binding, as `workersAi` makes one of Cloudflare's. @default none */
  readonly send?: (url: string, init?: RequestInit) => Promise<Response>
}

export type Deadlines = {
  /** Until a stream begins, each attempt. A whole answer has no such time: it begins when it is complete. @default 30000 */
  readonly firstTokenMs: number
  /** Between two pieces of an answer: of a stream, or of a whole answer that came without a `content-length`, once it says anything. @default 30000 */
  readonly idleMs: number
  /** For the whole request with its retries and fallbacks. @default 300000 */
  readonly totalMs: number
  /** Until the caller's body has been read. @default 10000 */
  readonly bodyMs: number
  /** Until the budget store, or the one of responses, has answered, a repetition of what failed included; a far-off one takes its time. @default 1000 */
  readonly storeMs: number
  /** Until a judge that answers later has judged, a model that is loaded first included. @default 2000 */
  readonly judgeMs: number
}

export type Retry = {
  /** Attempts at one upstream before the next one is tried. @default 2 */
  readonly attempts: number
  /** The first pause; the next is twice as long. Each is shortened by up to half at random. @default 200 */
  readonly pauseMs: number
  /** An upstream that asks for a longer pause is passed over. @default 2000 */
  readonly longestPauseMs: number
}

/** Judges in its own time, as a model in another engine does; null where nothing tells how difficult a request is. */
export type Judge = {
  judge(request: ChatRequest): Promise<{ readonly difficulty: number | null }>
}

/** A second node beside one that is silent for too long, as `hedging()` makes it. */
export type HedgingOffer = { readonly run: (...given: never) => Promise<unknown> }

/** Compares a share of the answers with a second one, as `labelling()` makes it. */
export type LabellingOffer = { readonly run: (...given: never) => unknown }

/** A strategy beside `direct`, which a host hands in so that nobody loads what is not used. */
export type StrategyOffer = {
  readonly name: Exclude<Strategy, 'direct' | 'domain'>
  /** How its plans are carried out: the gateway's own business. */
  readonly run: (...given: never) => Promise<unknown>
}

export type NearsideOptions<E extends Env = Env> = {
  /**
   * Tells whose request this is, from the host's own authentication. Null or undefined refuses it with 401; an
   * `HTTPException` of Hono's is answered as it is.
   */
  readonly account?: (c: Context<E>) => Account | null | undefined | Promise<Account | null | undefined>
  /** API keys, as the SHA-256 (hex) of each, with the account it belongs to. */
  readonly keys?: Readonly<Record<string, Account>>
  /** API keys that `nearside keys` makes and takes back while the gateway runs; beside `keys`, or alone. */
  readonly managedKeys?: ManagedKeyOptions
  /** Serves without a key, on loopback addresses only: for development. */
  readonly open?: 'loopback'
  /** Whose requests those are, where `open` serves without a key. @default { tenant: 'local' } */
  readonly openAccount?: Account
  /** Where hard requests go, in order of preference. @default none */
  readonly frontier?: Upstream | readonly Upstream[]
  /** Models on the operator's own hardware. @default none */
  readonly local?: Upstream | readonly Upstream[]
  /** What answers at the edge; `false` switches the edge off. @default arithmetic */
  readonly edge?: readonly EdgeAnswerer[] | false
  /** Names that callers use, and what they mean: `{ 'gpt-4o': 'auto' }`. @default {} */
  readonly aliases?: Readonly<Record<string, string>>
  /** The operator's own prices, before the catalogue's. @default none */
  readonly prices?: Catalogue
  /** How it is decided where a request goes, and what holds when a cap is spent; a function is asked before each decision. @default defaultPolicy */
  readonly policy?: GivenPolicy | (() => GivenPolicy)
  /** What may be named in `policy.strategy` and by callers beside `direct`: `[cascade(), consistency(), mapReduce()]`. @default [] */
  readonly strategies?: readonly StrategyOffer[]
  /** Asks a second node that costs nothing where the first is silent for too long: `hedging()`. @default none is asked */
  readonly hedging?: HedgingOffer
  /** Compares a share of the answers with a second one, behind them: `labelling()`. @default none is */
  readonly labelling?: LabellingOffer
  /** Judges difficulty, and if it can the expected gain and the kind of task, at once or later. @default the documented heuristic */
  readonly difficulty?: DifficultyOf | Judge
  /** Keeps what accounts have spent. @default none: nothing is capped */
  readonly budgets?: BudgetStore
  /** Answers that are kept, sealed, for repeats with one `idempotency-key`. @default none: the header is not looked at */
  readonly idempotency?: IdempotencyOptions
  /** Answers that are kept, sealed, for the same request: `exactCache({ … })`. @default none */
  readonly cache?: AnswerCache
  /** Answers that are kept, sealed, for the same question in other words: `semanticCache({ … })`. @default none */
  readonly semantic?: AnswerCache
  /** Responses that are kept, sealed, for `previous_response_id`. @default none: a caller sends the whole conversation */
  readonly responses?: ResponseOptions
  /** Holds conversations to the model and version that they began with, for `policy.sessionMs`, and tool calls to the model that made them. @default none are held */
  readonly sessions?: SessionOptions
  /** Where the budget store keeps its numbers. @default 'provider:budget-store': what is nearer must be declared */
  readonly budgetsZone?: Zone
  /** What each account may spend, unless it brings its own. @default [] */
  readonly caps?: readonly CapTerms[]
  /** Requests and tokens a minute and requests at the same time, of each account, unless it brings its own. @default none */
  readonly limits?: LimitTerms
  /** Cloudflare's rate-limit binding, for what has no price and is not answered at the edge; keyed by tenant. @default none */
  readonly unpricedLimit?: RateLimitBinding
  /** Caps that an operator sets while the gateway runs (`nearside budget set`), beside those here. @default none */
  readonly storedCaps?: StoredCapsOptions
  /** Who is told that a soft cap was passed. @default nobody: the metric alone shows it */
  readonly alerts?: AlertOptions
  /** Has a share of near answers judged by the frontier, behind the answer. @default none */
  readonly quality?: QualityOptions
  /**
   * Who is told of each request, behind its answer: `otlp({ … })` sends spans to an OpenTelemetry collector, `analyticsEngine(binding)` one point to
   * Cloudflare's Analytics Engine. @default nobody
   */
  readonly telemetry?: readonly TelemetrySink[]
  /** What holds while the budget store does not answer. There is no default: with `budgets` it must be said. */
  readonly onStoreError?: 'refuse' | { readonly allow: NanoUsd }
  /** What becomes of an upstream's stream when its client leaves. @default 'abort' */
  readonly onHangUp?: 'abort' | 'finish'
  /** Sees each event of an answer and may change it; streams then go through JavaScript piece by piece. */
  readonly rewrite?: (events: AsyncIterable<ChatEvent>) => AsyncIterable<ChatEvent>
  /** How long each part may take, in milliseconds. */
  readonly deadlines?: Partial<Deadlines>
  /** How often an upstream is asked again. */
  readonly retry?: Partial<Retry>
  /** When an upstream that fails is left alone, and for how long. */
  readonly breaker?: Partial<BreakerLimits>
  /** The largest body, in bytes. @default 8 MiB */
  readonly bodyLimitBytes?: number
  /** Looks texts through: `privacyGuard({ detect: true })`. @default none: a level is what account and header say */
  readonly privacy?: PrivacyGuard
  /** `false` refuses, before its body is read, every request that the gateway may not look into. @default true */
  readonly edgeMaySee?: boolean
  /** One record for each request, free of text and keys. A promise is seen to its end; its rejection is counted. */
  readonly onRecord?: (record: RequestRecord, c: Context<E>) => void | Promise<void>
  /**
   * What caused an `internal_error`, with the id that its caller was told: an exception inside the gateway or in a
   * function of the host's; and what kept a judge that answers later from judging. It may quote a text, so it belongs in no log that others read.
   */
  readonly onFault?: (cause: unknown, id: string) => void
  /** What upstreams are asked with. @default globalThis.fetch */
  readonly fetch?: typeof fetch
  /** The clock: milliseconds since the epoch. @default Date.now */
  readonly now?: () => number
  /** Chance: a number from 0 to 1. @default Math.random */
  readonly random?: () => number
}
