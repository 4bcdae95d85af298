/** The standalone gateway with its budgets in Redis, in both places where it runs, and one question to it. */
import { serve } from '../../scripts/src/serve/serve.ts'
import type { Frontier } from '../doubles/frontier.ts'
import { startWorker } from '../harness/worker.ts'
import { token } from './opened-redis-store.ts'

export type Opened = AsyncDisposable & { readonly url: string }

/** The same variables, read in both. */
export const places: Readonly<Record<string, (env: Record<string, string>) => Promise<Opened>>> = {
  workerd: (vars) => startWorker({ vars }),
  node: async (env) => {
    const { url, close } = await serve({ host: '127.0.0.1', port: 0, env })
    return { url, [Symbol.asyncDispose]: close }
  },
}

/** What a thousand output tokens cost is ten cents, and a prompt nothing. */
const prices = { dear: { contextTokens: 100_000, prices: [{ since: '2026-01-01', prompt: 0, output: 100 }] } }

export type Standing = {
  readonly frontier: Frontier
  readonly onStoreError: string
  /** Where Redis answers over REST. */
  readonly url: string
  /** How long the store may take, for tests of stores that take longer. @default as long as can be, on a busy machine */
  readonly storeMs?: number
}

export function variablesOf({
  frontier,
  onStoreError,
  url,
  storeMs = 10_000,
}: Standing): Record<string, string> {
  return {
    NEARSIDE_OPEN: 'loopback',
    NEARSIDE_FRONTIER_URL: `${frontier.url}/v1`,
    NEARSIDE_FRONTIER_KEY: frontier.key,
    NEARSIDE_FRONTIER_MODELS: 'dear',
    NEARSIDE_PRICES: JSON.stringify(prices),
    // Of the windows that a variable can name the one that ends least often: nobody sets these gateways' clocks.
    NEARSIDE_BUDGET_MONTH_USD: '5',
    NEARSIDE_ON_STORE_ERROR: onStoreError,
    NEARSIDE_STORE_MS: `${storeMs}`,
    UPSTASH_REDIS_REST_URL: url,
    UPSTASH_REDIS_REST_TOKEN: token,
  }
}

export type Told = {
  readonly status: number
  readonly degraded: string | null
  readonly code: unknown
  readonly retryAfter: string | null
  readonly ms: number
}

/** Asks for what is held at ten cents. */
export async function ask({ url }: Pick<Opened, 'url'>): Promise<Told> {
  const begunAt = Date.now()
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'dear', max_tokens: 1_000, messages: [{ role: 'user', content: 'Why?' }] }),
  })
  const { error } = (await answer.json()) as { error?: { code?: unknown } }
  const degraded = answer.headers.get('x-nearside-degraded')
  const retryAfter = answer.headers.get('retry-after')
  return { status: answer.status, degraded, code: error?.code, retryAfter, ms: Date.now() - begunAt }
}
