/** The same gateway with the same file in onnxruntime-web, loaded with the first request. */
import { learnedFrontierFrom } from '@nearside/core'
import { nearside } from '@nearside/workers'
import { Hono } from 'hono'
import { shippedModel } from './second-engine.ts'

export function serve(model: ArrayBuffer, wasm: WebAssembly.Module): Hono {
  const place = { url: 'http://127.0.0.1:9/v1', key: 'none' }
  const app = new Hono()
  app.use(
    '*',
    nearside(() => ({
      open: 'loopback',
      frontier: { ...place, models: ['gpt-5'] },
      local: { ...place, models: ['small'] },
      difficulty: shippedModel(model, wasm),
      policy: { frontierFrom: learnedFrontierFrom },
    })),
  )
  return app
}
