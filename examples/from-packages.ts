/** The whole line in one app: the edge, a model beside it, a frontier, and a cap whose books a Redis keeps. */
import { parseUsd } from '@nearside/core'
import { nearside } from '@nearside/workers'
import { redisBudgetStore } from '@nearside/workers/redis'
import { Hono } from 'hono'

type App = {
  Bindings: {
    LOCAL_URL: string
    OPENAI_BASE_URL: string
    OPENAI_API_KEY: string
    ACME_KEY_SHA256: string
    UPSTASH_REDIS_REST_URL: string
    UPSTASH_REDIS_REST_TOKEN: string
  }
}

const app = new Hono<App>()
app.get('/', (c) => c.text('An app of my own.'))
app.use(
  '/v1/*',
  nearside<App>(({ env }) => ({
    keys: { [env.ACME_KEY_SHA256]: { tenant: 'acme' } },
    local: { url: env.LOCAL_URL, models: ['nearside-demo'], zone: 'premises' },
    frontier: { url: env.OPENAI_BASE_URL, key: env.OPENAI_API_KEY, models: ['gpt-5'] },
    caps: [{ scope: 'account', window: 'day', limit: parseUsd('5') }],
    budgets: redisBudgetStore({ url: env.UPSTASH_REDIS_REST_URL, token: env.UPSTASH_REDIS_REST_TOKEN }),
    budgetsZone: 'premises',
    onStoreError: 'refuse',
  })),
)

export default app
