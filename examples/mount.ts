/** Nearside in a Hono app, whole: it runs as it stands on Workers, Node, Bun and Deno. */
import { nearside } from '@nearside/workers'
import { Hono } from 'hono'

type App = { Bindings: { OPENAI_API_KEY: string; OPENAI_BASE_URL: string; ACME_KEY_SHA256: string } }

const app = new Hono<App>()
app.use(
  '/v1/*',
  nearside<App>(({ env }) => ({
    keys: { [env.ACME_KEY_SHA256]: { tenant: 'acme' } },
    frontier: { url: env.OPENAI_BASE_URL, key: env.OPENAI_API_KEY, models: ['gpt-5', 'gpt-5-mini'] },
  })),
)

export default app
