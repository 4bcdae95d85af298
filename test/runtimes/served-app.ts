/** What each runtime serves: examples/mount.ts as it stands, and under /finish one whose streams pass natively. */
import { nearside } from '@nearside/workers'
import { Hono } from 'hono'
import mount from '../../examples/mount.ts'

export type Variables = Readonly<Record<'OPENAI_API_KEY' | 'OPENAI_BASE_URL' | 'ACME_KEY_SHA256', string>>

type App = { Bindings: Variables }

const app: Hono<App> = new Hono<App>()
app.use(
  '/finish/*',
  nearside<App>(({ env }) => ({
    keys: { [env.ACME_KEY_SHA256]: { tenant: 'acme' } },
    frontier: { url: env.OPENAI_BASE_URL, key: env.OPENAI_API_KEY, models: ['gpt-5'] },
    onHangUp: 'finish',
  })),
)
app.route('/', mount)

export default app
