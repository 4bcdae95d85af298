/**
 * A fetch handler for a framework with routes by file, as Next.js has: saved as `app/api/ai/[...path]/route.ts`, it serves
 * OpenAI clients whose base URL ends in `/api/ai/v1`.
 */
import { nearside } from '@nearside/workers'
import { Hono } from 'hono'

type App = { Bindings: Record<'OPENAI_API_KEY' | 'OPENAI_BASE_URL' | 'ACME_KEY_SHA256', string> }

const app = new Hono<App>()
app.use(
  '/api/ai/*',
  nearside<App>(({ env }) => ({
    keys: { [env.ACME_KEY_SHA256]: { tenant: 'acme' } },
    frontier: { url: env.OPENAI_BASE_URL, key: env.OPENAI_API_KEY, models: ['gpt-5'] },
  })),
)

const handle = (request: Request): Response | Promise<Response> => app.fetch(request, process.env)

export { handle as DELETE, handle as GET, handle as POST }
