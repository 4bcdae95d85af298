/**
 * Models in onnxruntime-web: `/heads` runs the shipped classifier through the second engine, `/load` tries a model and says
 * what is wrong with it, `/read` asks one that loaded, and `/gateway/v1/…` is a gateway that the model in the settings judges for.
 */
import { featureReader } from '@nearside/core'
import shipped from '@nearside/core/classifier.onnx.bin'
import { type NearsideOptions, nearside } from '@nearside/workers'
import { type OwnModel, type OwnModelOptions, ownModel } from '@nearside/workers/onnxruntime'
import { Hono } from 'hono'
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm'
import type { GatewaySettings, ModelSettings } from './settings.ts'

const readFeatures = featureReader()
const platforms = WebAssembly.instantiate

/** The shipped file takes features, not tokens. */
const classifier = ownModel({
  model: shipped,
  wasm,
  encode(text) {
    const { ids, weights, shape } = readFeatures(text)
    return {
      ids: { type: 'int64', dims: [ids.length], data: ids },
      counts: { type: 'float32', dims: [1, ids.length], data: weights },
      shape: { type: 'float32', dims: [1, shape.length], data: shape },
    }
  },
  heads: {
    difficulty: { output: 'shortfall', scores: 'probabilities' },
    gain: { output: 'gain' },
    vector: { output: 'vector' },
  },
})

function opened({ model, missing, ...rest }: ModelSettings): OwnModel {
  // What the tests send is not what the types allow: that is what is tested.
  const options: unknown = { ...rest, model: bytesOf(model), ...(missing === 'wasm' ? {} : { wasm }) }
  return ownModel(options as OwnModelOptions)
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
}

type Bindings = { readonly SETTINGS: string }
const faults: string[] = []
const app = new Hono<{ Bindings: Bindings }>()

app.post('/heads', async (c) => {
  const readings = []
  for (const text of await c.req.json<string[]>()) {
    const reading = await classifier.readText(text)
    readings.push({ ...reading, vector: [...(reading.vector ?? [])] })
  }
  return c.json(readings)
})

app.post('/load', async (c) => {
  try {
    await opened(await c.req.json<ModelSettings>()).load()
    return c.json({ loaded: true })
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string }
    return c.json({ loaded: false, code, message })
  }
})

app.post('/read', async (c) => {
  const { texts, ...settings } = await c.req.json<ModelSettings & { readonly texts: readonly string[] }>()
  const model = opened(settings)
  const readings = await Promise.all(texts.map((text) => model.readText(text)))
  return c.json(readings.map((reading) => ({ ...reading, vector: [...(reading.vector ?? [])] })))
})

app.get('/untouched', (c) => c.json(WebAssembly.instantiate === platforms))

app.get('/faults', (c) => c.json(faults))

app.use(
  '/gateway/*',
  nearside<{ Bindings: Bindings }>((c): NearsideOptions<{ Bindings: Bindings }> => {
    const { frontier, local, deadlines, ...model } = JSON.parse(c.env.SETTINGS) as GatewaySettings
    const price = { since: '2026-01-01', prompt: 1, cachedPrompt: 1, output: 1, longContext: null }
    return {
      account: () => ({ tenant: 'acme' }),
      difficulty: opened(model),
      frontier: { url: frontier.url, key: frontier.key, models: [{ model: 'large', price }] },
      local: { url: local.url, key: local.key, models: ['small'] },
      ...(deadlines === undefined ? {} : { deadlines }),
      onFault: (cause) => {
        faults.push(cause instanceof Error ? cause.message : String(cause))
      },
    }
  }),
)

export default app
