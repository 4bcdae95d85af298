/** A budget for each team of one customer, and one for all of them together. */
import { type CapTerms, parseUsd } from '@nearside/core'
import { memoryBudgetStore, nearside } from '@nearside/workers'
import { Hono } from 'hono'

type App = {
  Bindings: { OPENAI_API_KEY: string; OPENAI_BASE_URL: string }
  Variables: { team: 'web' | 'research' }
}

const together: CapTerms = { scope: 'account', window: 'month', limit: parseUsd('100') }

// Lists are constants: each is checked and prepared once, not with every request.
const capsOf: Record<App['Variables']['team'], readonly CapTerms[]> = {
  web: [
    together,
    { scope: 'team:web', window: 'day', limit: parseUsd('5'), timeZone: 'Europe/Berlin' },
    { scope: 'team:web', window: 'day', limit: parseUsd('4'), kind: 'soft', timeZone: 'Europe/Berlin' },
  ],
  research: [together, { scope: 'team:research', window: 'day', limit: parseUsd('20') }],
}

const app = new Hono<App>()
app.use('*', async (c, next) => {
  // Stands for the app's own authentication.
  c.set('team', c.req.header('authorization') === 'Bearer demo-research' ? 'research' : 'web')
  await next()
})
app.use(
  '/v1/*',
  nearside<App>(({ env }) => ({
    account: (c) => ({ tenant: 'acme', scopes: [`team:${c.get('team')}`], caps: capsOf[c.get('team')] }),
    frontier: { url: env.OPENAI_BASE_URL, key: env.OPENAI_API_KEY, models: ['gpt-5', 'gpt-5-mini'] },
    // For one process. `redisBudgetStore` and `durableObjectBudgetStore` are for many.
    budgets: memoryBudgetStore(),
    budgetsZone: 'gateway',
    onStoreError: 'refuse',
  })),
)

export default app
