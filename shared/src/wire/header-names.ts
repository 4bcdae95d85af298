/**
 * The names of the headers that Nearside reads and writes (DESIGN §3): the one place where they are spelt.
 *
 * Everything under the prefix `x-nearside-` belongs to Nearside alone. What a client sends under it is read or dropped and
 * never goes upstream; what an upstream sends under it is read or dropped and never reaches a client.
 */
export const requestHeaders = {
  /** How private the request is: `public`, `sensitive`, `contractual`, `never-leave`. It tightens what the account says, and never loosens it. */
  privacy: 'x-nearside-privacy',
  /** How long the caller can wait for the first token, in milliseconds. */
  latencyMs: 'x-nearside-latency-ms',
  /** `batch` where nobody waits for the answer: a local node lets others pass. Otherwise `interactive`. */
  priority: 'x-nearside-priority',
  /** The least quality that may be served, from 0 to 1. */
  quality: 'x-nearside-quality',
  /** Pins a tier: `edge`, `local`, `frontier`. */
  tier: 'x-nearside-tier',
  /** Names a strategy, of those that the gateway has: `direct`, `cascade`, `consistency`, `domain`, `execute-verify-advise`, `plan-execute-verify-replan`, `map-reduce`. */
  strategy: 'x-nearside-strategy',
  /** The session that an earlier answer named: stays with its tier, model and version. */
  session: 'x-nearside-session',
  /** The supervised session that this request goes on with, as an answer named it; the ids of tool calls say it too. */
  sessionId: 'x-nearside-session-id',
  /** The caller's trace (W3C), passed on to upstreams. */
  traceparent: 'traceparent',
  /** The caller's own name for the request, which its answer repeats: printable ASCII, 128 at most. */
  clientRequestId: 'x-client-request-id',
  /** Carries the request out once, and gives its answer to every repeat, uncharged, where answers are kept for repeats. */
  idempotencyKey: 'idempotency-key',
  /** `off` asks anew, whatever is kept, and keeps nothing of the answer. */
  cache: 'x-nearside-cache',
} as const

export const responseHeaders = {
  /** The id by which the operator finds the request. */
  requestId: 'x-request-id',
  /** Who answered: `edge`, `local`, `frontier`. */
  tier: 'x-nearside-tier',
  /** The model that answered, by its upstream's name. */
  model: 'x-nearside-model',
  /** How it was answered. */
  strategy: 'x-nearside-strategy',
  /** The supervised session that the answer belongs to, which may be sent back. */
  sessionId: 'x-nearside-session-id',
  /** What the session's supervisor did at this turn: `silent`, `fine`, `advice`, …, or `unsupervised` and why. */
  supervision: 'x-nearside-supervision',
  /** Why it went there, out of a closed list. */
  reason: 'x-nearside-reason',
  /** From 0 to 1: how far the answer is believed where it was judged before it was served, else how sure that decision was. */
  confidence: 'x-nearside-confidence',
  /** What it cost in dollars, where that is known when headers are sent; always in the answer's `nearside` object. */
  cost: 'x-nearside-cost',
  /** What the tightest of the account's caps has left, in dollars. */
  budgetRemaining: 'x-nearside-budget-remaining',
  /** Time spent waiting for the gateway's own stores, in milliseconds. */
  overheadMs: 'x-nearside-overhead-ms',
  /** Why the answer is worse than wished, out of a closed list. */
  degraded: 'x-nearside-degraded',
  /** Fields of the request that whoever answered could not use. */
  ignored: 'x-nearside-ignored',
  /** How many pieces of personal data were replaced by placeholders before the text left, and put back into the answer. */
  redacted: 'x-nearside-redacted',
  /** What the request looks like, where the operator's rules flag that: `injection`, `jailbreak`, `unsafe`, or why the judge is unsure. */
  flag: 'x-nearside-flag',
  /** What the next turn of this conversation may send, to stay with the model and version that has answered. */
  session: 'x-nearside-session',
  /** What became of the session: `version-unpinned` (none was sent), `kept`, `moved`, `changed`, `expired`, `policy-changed`, `invalid`. */
  sessionState: 'x-nearside-session-state',
  /** Of a long document that was read in pieces: how many there are, and what the calls to them brought. */
  pieces: 'x-nearside-pieces',
  /** The id of the record of this decision. */
  decision: 'x-nearside-decision',
  /** `true`: this is the answer of an earlier request with the same `idempotency-key`. */
  replayed: 'x-nearside-replayed',
  /** What kept answers had to do with it: `hit`, `miss`, `bypass` (neither looked up nor kept), `unavailable` (nothing can be kept here). */
  cache: 'x-nearside-cache',
  /** When to ask again, in seconds. */
  retryAfter: 'retry-after',
  /** When to ask again, in milliseconds. */
  retryAfterMs: 'retry-after-ms',
  /** `false`: asking again cannot help, or would be paid for twice. */
  shouldRetry: 'x-should-retry',
  /** Requests that the account may make in a minute. */
  limitRequests: 'x-ratelimit-limit-requests',
  /** Tokens that the account may use in a minute. */
  limitTokens: 'x-ratelimit-limit-tokens',
  /** Requests that are left now. */
  remainingRequests: 'x-ratelimit-remaining-requests',
  /** Tokens that are left now. */
  remainingTokens: 'x-ratelimit-remaining-tokens',
  /** When all requests are there again. */
  resetRequests: 'x-ratelimit-reset-requests',
  /** When all tokens are there again. */
  resetTokens: 'x-ratelimit-reset-tokens',
} as const

/**
 * What a local node reads beside a request: within how long its first token is of use, how long it may stand in line there (0: only
 * where a slot is free), and whether anybody waits for it.
 */
export const nodeRequestHeaders = {
  latencyMs: 'x-nearside-latency-ms',
  waitMs: 'x-nearside-wait-ms',
  priority: 'x-nearside-priority',
} as const

/** What a local node tells the gateway beside its answer. */
export const nodeHeaders = {
  /** How busy the node is: its queue, slots, memory and speed. */
  load: 'x-nearside-load',
  /** Which weights answered. */
  modelVersion: 'x-nearside-model-version',
} as const

/**
 * Set on each call that a gateway sends out and looked for on each that comes in: a gateway whose upstream is
 * a gateway that leads back to it would otherwise turn one request into endless ones.
 */
export const hopHeader = 'x-nearside-hop'
