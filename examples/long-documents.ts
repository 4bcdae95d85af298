/** Long documents are read in pieces by a node of your own, under a frontier that sees an outline and what was found. */
import { mapReduce, nearside } from '@nearside/workers'
import { Hono } from 'hono'

type App = {
  Bindings: { LOCAL_URL: string; LOCAL_SECRET: string; OPENAI_API_KEY: string; OPENAI_BASE_URL: string }
}

const app = new Hono<App>()
app.use(
  '/v1/*',
  nearside<App>(({ env }) => ({
    open: 'loopback',
    local: { url: env.LOCAL_URL, key: env.LOCAL_SECRET, models: ['qwen3-4b'], zone: 'premises' },
    frontier: { url: env.OPENAI_BASE_URL, key: env.OPENAI_API_KEY, models: ['gpt-5'] },
    strategies: [mapReduce()],
    policy: { strategy: 'map-reduce', mapReduce: { leastTokens: 12_000 } },
  })),
)

export default app
