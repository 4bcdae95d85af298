/**
 * A classifier of your own as the judge: an ONNX file with its tokenizer, run by onnxruntime-web beside the gateway. In a Worker
 * the three files are imports: `./model.onnx.bin`, `./tokenizer.json`, `onnxruntime-web/ort-wasm-simd-threaded.wasm`.
 */
import { type NearsideOptions, nearside } from '@nearside/workers'
import { type OwnModelOptions, ownModel } from '@nearside/workers/onnxruntime'
import { Hono } from 'hono'

type Files = Required<Pick<OwnModelOptions, 'model' | 'tokenizer' | 'wasm'>>

export function appFor(files: Files, { frontier, local }: Pick<NearsideOptions, 'frontier' | 'local'>): Hono {
  const difficulty = ownModel({
    ...files,
    // The second of two classes is what a small model falls short of.
    heads: { difficulty: { output: 'logits', at: 1 } },
  })
  const app = new Hono()
  app.use(
    '/v1/*',
    nearside({
      account: () => ({ tenant: 'acme' }),
      frontier: frontier ?? [],
      local: local ?? [],
      difficulty,
    }),
  )
  return app
}
