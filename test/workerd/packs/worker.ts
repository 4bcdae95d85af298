/** A gateway of two tenants: the shop's pack comes with the bundle, the bank's with the settings, in base64. */
import { intentPacks, nearside } from '@nearside/workers'
import { Hono } from 'hono'
import shop from '../../../examples/shop.pack.onnx.bin'
import type { PackSettings } from './settings.ts'

const app = new Hono<{ Bindings: { SETTINGS: string } }>()

app.use(
  '/v1/*',
  nearside<{ Bindings: { SETTINGS: string } }>(({ env }) => {
    const { frontier, keys, bank, now } = JSON.parse(env.SETTINGS) as PackSettings
    const price = { since: '2026-01-01', prompt: 1, cachedPrompt: 1, output: 1, longContext: null }
    return {
      keys,
      frontier: { url: frontier.url, key: frontier.key, models: [{ model: 'large', price }] },
      edge: [
        intentPacks([
          { tenants: ['shop'], bytes: shop },
          { tenants: ['bank'], bytes: Uint8Array.from(atob(bank), (letter) => letter.charCodeAt(0)) },
        ]),
      ],
      now: () => now,
    }
  }),
)

export default app
