/**
 * The variables and secrets of the standalone gateway: what each of them says, for whoever sets it. `read-environment.ts` reads them, and
 * docs/reference.md is made of this page. One that is not set is empty.
 */
import type { PrivacyLevel } from '@nearside/core'

export type Settings = {
  /** Secret. Who is served: `account=sha256(key)` pairs, separated by commas. */
  readonly NEARSIDE_KEYS: string
  /** Secret. What `nearside keys` makes keys with: such keys are taken while the gateway runs. Needs a Redis. */
  readonly NEARSIDE_KEY_SECRET: string
  /** Secret. The key secret before this one, whose keys are still good. */
  readonly NEARSIDE_KEY_SECRET_PREVIOUS: string
  /** How long a key's record is believed, in seconds: so long may a revoked key still be served. @default 30 */
  readonly NEARSIDE_KEY_RECHECK_SECONDS: string
  /** Secret, of 32 characters or more. What kept answers and responses are sealed with; it switches `idempotency-key` on. Needs a Redis. */
  readonly NEARSIDE_SEAL_SECRET: string
  /** Secret. The seal secret before this one: responses, answers for repeats and supervised sessions of its are still found; kept answers of a cache are not. */
  readonly NEARSIDE_SEAL_SECRET_PREVIOUS: string
  /** Where answers are kept for the same request: `cloudflare` (its Cache API), `kv` (the binding ANSWER_CACHE), `redis`, or `memory`. Needs NEARSIDE_SEAL_SECRET. @default none are kept */
  readonly NEARSIDE_CACHE: '' | 'cloudflare' | 'kv' | 'redis' | 'memory'
  /** How long they are kept, in seconds, up to 30 days. @default 3600 */
  readonly NEARSIDE_CACHE_SECONDS: string
  /** What becomes of requests that name a temperature above zero: `store` keeps them like any other. @default bypass */
  readonly NEARSIDE_CACHE_WHEN_SAMPLING: '' | 'store' | 'bypass'
  /** `true` gives kept answers to the same question in other words, too, where it is short, public and has no history. @default false */
  readonly NEARSIDE_CACHE_ALIKE: '' | 'true' | 'false'
  /** Secret, of 32 characters or more. Holds conversations to the model and version that they began with, and tool calls to the model that made them. @default none are held */
  readonly NEARSIDE_SESSION_SECRET: string
  /** Secret. The session secret before this one, whose sessions and tool calls still hold. */
  readonly NEARSIDE_SESSION_SECRET_PREVIOUS: string
  /** How many days responses are kept for `previous_response_id`, from 1 to 365. @default none are kept */
  readonly NEARSIDE_RESPONSES_DAYS: string
  /** What the edge answers itself: `none`, or names out of arithmetic, percentages, units, bases, calendar, text, zones, uuids, greetings, separated by commas. @default the first six */
  readonly NEARSIDE_SKILLS: string
  /** Is told once in its window that a soft cap was passed. */
  readonly NEARSIDE_ALERT_URL: string
  /** Secret. Signs what that webhook is told, as `x-nearside-signature`. */
  readonly NEARSIDE_ALERT_SECRET: string
  /** An OpenTelemetry collector that hears of each request and attempt, by OTLP over HTTP; `/v1/traces` is added. */
  readonly NEARSIDE_OTLP_URL: string
  /** Secret. Headers for it: `name=value`, separated by commas. */
  readonly NEARSIDE_OTLP_HEADERS: string
  /** `premises` where that is true. @default `provider:` and the host of its URL */
  readonly NEARSIDE_OTLP_ZONE: string
  /** What this gateway is called there. @default nearside */
  readonly NEARSIDE_OTLP_SERVICE: string
  /** Which share of near answers a frontier model judges behind the answer, from 0 to 1. @default none */
  readonly NEARSIDE_JUDGE_SHARE: string
  /** The model that judges. @default the first of the frontier's */
  readonly NEARSIDE_JUDGE_MODEL: string
  /** What judging may cost a day (UTC), in dollars; spent, nothing is judged. A judge with a price needs it. */
  readonly NEARSIDE_JUDGE_DAY_USD: string
  /** The share of near answers that should be no worse than the judge's own; less raises the alarm. @default 0.8 */
  readonly NEARSIDE_JUDGE_LEVEL: string
  /** `true` lets verdicts move the threshold at which the frontier takes over, by kind of task. @default false */
  readonly NEARSIDE_JUDGE_MOVES: '' | 'true' | 'false'
  /** `loopback` serves without keys, on this machine alone: for development. */
  readonly NEARSIDE_OPEN: '' | 'loopback'
  /** Base URL of an OpenAI-compatible API, with its version. @default OpenAI's, where there is a key */
  readonly NEARSIDE_FRONTIER_URL: string
  /** Secret. Its API key. */
  readonly NEARSIDE_FRONTIER_KEY: string
  /** Its chat models, separated by commas; the router chooses the first. Each needs a price. @default gpt-5,gpt-5-mini */
  readonly NEARSIDE_FRONTIER_MODELS: string
  /** Its embedding models, separated by commas. */
  readonly NEARSIDE_FRONTIER_EMBEDDINGS: string
  /** Secret. Alone it means OpenAI's own API. */
  readonly OPENAI_API_KEY: string
  /** Base URL of a server on your hardware, with its version: anything that speaks OpenAI's format. Several, separated by commas, are a fleet that serves the same models. */
  readonly NEARSIDE_LOCAL_URL: string
  /** Secret. What that server, or each of them, asks for. */
  readonly NEARSIDE_LOCAL_SECRET: string
  /** Its chat models, separated by commas. @default nearside-demo */
  readonly NEARSIDE_LOCAL_MODELS: string
  /** Its embedding models, separated by commas. */
  readonly NEARSIDE_LOCAL_EMBEDDINGS: string
  /** The longest that its chat models take, prompt and answer together, in tokens. @default 8192 */
  readonly NEARSIDE_LOCAL_CONTEXT_TOKENS: string
  /** What its chat models take beside text: `tools`, `images`, separated by commas. A supervised session needs tools. @default nothing */
  readonly NEARSIDE_LOCAL_TAKES: string
  /** `premises` where that is true: `never-leave` goes nowhere else. @default `provider:` and the host of its URL */
  readonly NEARSIDE_LOCAL_ZONE: string
  /** What callers call things: `gpt-4o=auto`, separated by commas. */
  readonly NEARSIDE_ALIASES: string
  /** Prices that the catalogue does not have, as JSON, in dollars a million tokens. */
  readonly NEARSIDE_PRICES: string
  /** How private every request is at least; a caller may only tighten it. @default public */
  readonly NEARSIDE_PRIVACY: '' | PrivacyLevel
  /** The providers that `contractual` names, by the host of their URL, separated by commas. */
  readonly NEARSIDE_PROVIDERS: string
  /** What is looked for in texts: `rules` finds personal data by form and check digit, `learned` names and addresses too. @default off */
  readonly NEARSIDE_DETECT: '' | 'off' | 'rules' | 'learned'
  /** Whether a `sensitive` text is redacted where it goes to a provider; `refuse` lets none go there. @default true where one of these four is set, else false */
  readonly NEARSIDE_REDACT: '' | 'true' | 'false' | 'refuse'
  /** What becomes of what looks like an attack: pairs of `injection`, `jailbreak`, `unsafe` and `block`, `frontier-only`, `flag`, `off`, separated by commas. @default none is judged */
  readonly NEARSIDE_ATTACKS: string
  /** All of that and more as JSON, in the place of those three: docs/privacy.md. */
  readonly NEARSIDE_PRIVACY_RULES: string
  /** `false` refuses, before its body is read, every request that is `never-leave`. @default true */
  readonly NEARSIDE_EDGE_MAY_SEE: '' | 'true' | 'false'
  /** What each account may spend a day (UTC), in dollars. */
  readonly NEARSIDE_BUDGET_DAY_USD: string
  /** What each account may spend a month (UTC), in dollars. */
  readonly NEARSIDE_BUDGET_MONTH_USD: string
  /** Requests of each account in any sixty seconds, of what has a price. */
  readonly NEARSIDE_LIMIT_REQUESTS_MINUTE: string
  /** Tokens of each account in any sixty seconds, prompt and answer together, of what has a price. */
  readonly NEARSIDE_LIMIT_TOKENS_MINUTE: string
  /** Requests of each account at the same time, of what has a price. */
  readonly NEARSIDE_LIMIT_CONCURRENT: string
  /** What holds while the budget store is away: `refuse`, or what each isolate may let through, such as `$0.50`. No default: with a budget or a limit it must be said. */
  readonly NEARSIDE_ON_STORE_ERROR: string
  /** A Redis over REST, Upstash or `nearside redis-bridge`, which keeps budgets, keys, answers, and the judge's verdicts. @default the Durable Object, or the process's memory */
  readonly UPSTASH_REDIS_REST_URL: string
  /** Secret. Its token. */
  readonly UPSTASH_REDIS_REST_TOKEN: string
  /** `premises` where that is true. @default `provider:` and the host of its URL */
  readonly NEARSIDE_REDIS_ZONE: string
  /** How long one question to the store may take, in milliseconds, from 100 to 10000: more where it is far away. What is done behind an answer has two seconds at least. @default 1000 */
  readonly NEARSIDE_STORE_MS: string
  /** The policy as JSON, with the fields of `Policy`. What a variable of its own says is not said here too. */
  readonly NEARSIDE_POLICY: string
  /** What becomes of a request whose budget is spent: refused, or served by what costs nothing. @default refuse */
  readonly NEARSIDE_WHEN_SPENT: '' | 'refuse' | 'nearer'
  /** `true` gives a call that a cap has too little left for a shorter answer, of 256 tokens or more. @default false */
  readonly NEARSIDE_CLAMP_OUTPUT: '' | 'true' | 'false'
  /** What becomes of an upstream's stream when its client leaves. @default abort */
  readonly NEARSIDE_ON_HANG_UP: '' | 'abort' | 'finish'
}
