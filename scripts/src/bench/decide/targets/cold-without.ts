/** A gateway as the standalone Worker is one, without the classifier: the heuristic judges. */
import { nearside } from '@nearside/workers'
import { Hono } from 'hono'

export function serve(): Hono {
  const place = { url: 'http://127.0.0.1:9/v1', key: 'none' }
  const app = new Hono()
  app.use(
    '*',
    nearside(() => ({
      open: 'loopback',
      frontier: { ...place, models: ['gpt-5'] },
      local: { ...place, models: ['small'] },
    })),
  )
  return app
}
