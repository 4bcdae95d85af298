/** Nearside in a Hono app that already knows its users. */
import { nearside } from '@nearside/workers'
import { Hono } from 'hono'

type App = { Variables: { team: string } }

export function appFor(frontier: { url: string; key: string }): Hono<App> {
  const app = new Hono<App>()
  app.use('*', async (c, next) => {
    c.set('team', c.req.header('x-team') ?? 'nobody')
    await next()
  })
  app.use(
    '/v1/*',
    nearside<App>({
      account: (c) => ({ tenant: c.get('team') }),
      frontier: { ...frontier, models: ['gpt-5'] },
    }),
  )
  app.get('/', (c) => c.text('the rest of the app'))
  return app
}
