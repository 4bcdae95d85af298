/** An operator's own questions, answered in the gateway: the pack that `nearside pack build examples/shop.yaml` makes. */
import { readFileSync } from 'node:fs'
import { arithmetic, intentPacks, type NearsideOptions, nearside } from '@nearside/workers'
import { Hono } from 'hono'

// In a Worker: import shop from './shop.pack.onnx.bin'
const shop = readFileSync(new URL('shop.pack.onnx.bin', import.meta.url))

/** `now` tells which answers are in force. */
export const optionsAt = (now: () => number): NearsideOptions => ({
  open: 'loopback',
  openAccount: { tenant: 'corner-shop' },
  edge: [arithmetic, intentPacks([{ tenants: ['corner-shop'], bytes: shop }])],
  now,
})

const app = new Hono()
app.use('/v1/*', nearside(optionsAt(Date.now)))

export default app
