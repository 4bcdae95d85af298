/**
 * The names of the headers that Nearside reads and writes (DESIGN §3): the one place where they are spelt.
 *
 * Everything under the prefix `x-nearside-` belongs to Nearside alone. What a client sends under it is read or dropped and
 * never goes upstream; what an upstream sends under it is read or dropped and never reaches a client.
 */
export const requestHeaders = {
  privacy: 'x-nearside-privacy',
  latencyMs: 'x-nearside-latency-ms',
  quality: 'x-nearside-quality',
  tier: 'x-nearside-tier',
  strategy: 'x-nearside-strategy',
  traceparent: 'traceparent',
  clientRequestId: 'x-client-request-id',
  idempotencyKey: 'idempotency-key',
} as const

export const responseHeaders = {
  requestId: 'x-request-id',
  tier: 'x-nearside-tier',
  model: 'x-nearside-model',
  strategy: 'x-nearside-strategy',
  reason: 'x-nearside-reason',
  confidence: 'x-nearside-confidence',
  cost: 'x-nearside-cost',
  budgetRemaining: 'x-nearside-budget-remaining',
  overheadMs: 'x-nearside-overhead-ms',
  degraded: 'x-nearside-degraded',
  ignored: 'x-nearside-ignored',
  decision: 'x-nearside-decision',
  replayed: 'x-nearside-replayed',
  retryAfter: 'retry-after',
  retryAfterMs: 'retry-after-ms',
  shouldRetry: 'x-should-retry',
  limitRequests: 'x-ratelimit-limit-requests',
  limitTokens: 'x-ratelimit-limit-tokens',
  remainingRequests: 'x-ratelimit-remaining-requests',
  remainingTokens: 'x-ratelimit-remaining-tokens',
  resetRequests: 'x-ratelimit-reset-requests',
  resetTokens: 'x-ratelimit-reset-tokens',
} as const

/** What a local node tells the gateway beside its answer. */
export const nodeHeaders = {
  load: 'x-nearside-load',
  modelVersion: 'x-nearside-model-version',
} as const

/**
 * Set on each call that a gateway sends out and looked for on each that comes in: a gateway whose upstream is
 * a gateway that leads back to it would otherwise turn one request into endless ones.
 */
export const hopHeader = 'x-nearside-hop'
