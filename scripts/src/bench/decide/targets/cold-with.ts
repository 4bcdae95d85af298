/** The same gateway with the classifier, read with the first request as the standalone Worker reads it. */
import { classifierOf, learnedDifficulty, learnedFrontierFrom, readClassifier } from '@nearside/core'
import { nearside } from '@nearside/workers'
import { Hono } from 'hono'

export function serve(model: ArrayBuffer): Hono {
  const place = { url: 'http://127.0.0.1:9/v1', key: 'none' }
  const app = new Hono()
  app.use(
    '*',
    nearside(() => ({
      open: 'loopback',
      frontier: { ...place, models: ['gpt-5'] },
      local: { ...place, models: ['small'] },
      difficulty: learnedDifficulty(classifierOf(readClassifier(new Uint8Array(model)))),
      policy: { frontierFrom: learnedFrontierFrom },
    })),
  )
  return app
}
