/** What may leave, by whose request it is: a department whose texts stay on the premises, and one with a contract. */
import { type Account, nearside } from '@nearside/workers'
import { Hono } from 'hono'

type App = {
  Bindings: { OPENAI_API_KEY: string; OPENAI_BASE_URL: string; LOCAL_URL: string; LOCAL_SECRET: string }
  Variables: { department: 'legal' | 'support' | 'marketing' }
}

const accounts: Record<App['Variables']['department'], Account> = {
  // Goes to what is declared `premises` below, or nowhere. No header of a caller's loosens it.
  legal: { tenant: 'legal', privacy: 'never-leave' },
  // Goes to the providers that its contract names, by the host of their URL, and to no other.
  support: { tenant: 'support', privacy: 'contractual', providers: ['api.openai.com'] },
  marketing: { tenant: 'marketing' },
}

const app = new Hono<App>()
app.use('*', async (c, next) => {
  // Stands for the app's own authentication: whom it does not know it takes for the most careful.
  const known = { 'Bearer demo-support': 'support', 'Bearer demo-marketing': 'marketing' } as const
  const token = c.req.header('authorization') ?? ''
  c.set('department', Object.hasOwn(known, token) ? known[token as keyof typeof known] : 'legal')
  await next()
})
app.use(
  '/v1/*',
  nearside<App>(({ env }) => ({
    account: (c) => accounts[c.get('department')],
    frontier: { url: env.OPENAI_BASE_URL, key: env.OPENAI_API_KEY, models: ['gpt-5'] },
    local: { url: env.LOCAL_URL, key: env.LOCAL_SECRET, models: ['nearside-demo'], zone: 'premises' },
  })),
)

export default app
