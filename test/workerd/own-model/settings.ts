/** What the tests tell the Worker of a model, as JSON. */
import type { OwnModelOptions } from '@nearside/workers/onnxruntime'

export type ModelSettings = Partial<Omit<OwnModelOptions, 'model' | 'wasm' | 'tokenizer' | 'encode'>> & {
  /** The file, in base64. */
  readonly model: string
  readonly tokenizer?: unknown
  readonly missing?: 'wasm'
}

type Place = { readonly url: string; readonly key: string }
export type GatewaySettings = ModelSettings & {
  readonly frontier: Place
  readonly local: Place
  readonly deadlines?: { readonly judgeMs: number }
}
