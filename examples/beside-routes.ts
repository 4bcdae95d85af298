/** Beside the routes that an app has, behind the authentication that it has: who is asking is the host's to say. */
import { nearside } from '@nearside/workers'
import { Hono } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { HTTPException } from 'hono/http-exception'

type App = {
  Bindings: { OPENAI_API_KEY: string; OPENAI_BASE_URL: string }
  Variables: { team: string; plan: 'free' | 'paid' }
}

/** Stands for the app's own sessions, wherever they are kept. */
const sessions = new Map<string, { team: string; plan: 'free' | 'paid' }>([
  ['demo', { team: 'web', plan: 'paid' }],
  ['demo-free', { team: 'guests', plan: 'free' }],
])

const app = new Hono<App>()
app.get('/', (c) => c.text('a page that anybody may read'))
app.use(
  '/*',
  bearerAuth<App>({
    verifyToken(token, c) {
      const session = sessions.get(token)
      if (session === undefined) return false
      c.set('team', session.team)
      c.set('plan', session.plan)
      return true
    },
  }),
)
app.get('/profile', (c) => c.json({ team: c.get('team') }))
app.use(
  '/ai/*',
  nearside<App>(({ env }) => ({
    account(c) {
      if (c.get('plan') === 'free')
        throw new HTTPException(402, { message: 'The assistant is for paid plans.' })
      return { tenant: c.get('team') }
    },
    frontier: { url: env.OPENAI_BASE_URL, key: env.OPENAI_API_KEY, models: ['gpt-5'] },
    onRecord: (record, c) => console.log(c.get('team'), record.outcome, record.id),
  })),
)
app.get('/ai/about', (c) => c.text('what Nearside does not serve is still the app’s'))

export default app
