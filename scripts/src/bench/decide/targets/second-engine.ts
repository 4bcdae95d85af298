/** The same file in onnxruntime-web, and the same decision. */
import { featureReader } from '@nearside/core'
import { type OwnModel, ownModel } from '@nearside/workers/onnxruntime'
import { serveBatches, type Works } from './batches.ts'
import { decidedBy } from './fused.ts'

export function shippedModel(model: ArrayBuffer, wasm: WebAssembly.Module): OwnModel {
  const readFeatures = featureReader()
  return ownModel({
    model,
    wasm,
    encode(text) {
      const { ids, weights, shape } = readFeatures(text)
      return {
        ids: { type: 'int64', dims: [ids.length], data: ids },
        counts: { type: 'float32', dims: [1, ids.length], data: weights },
        shape: { type: 'float32', dims: [1, shape.length], data: shape },
      }
    },
    heads: { difficulty: { output: 'shortfall', scores: 'probabilities' } },
  })
}

export async function engineWorks(model: ArrayBuffer, wasm: WebAssembly.Module): Promise<Works> {
  const engine = shippedModel(model, wasm)
  await engine.load()
  let judged = 0
  const decided = decidedBy(() => judged)
  return {
    async decide(text) {
      judged = (await engine.readText(text)).difficulty ?? Number.NaN
      return decided(text)
    },
  }
}

export function serve(model: ArrayBuffer, wasm: WebAssembly.Module): ReturnType<typeof serveBatches> {
  return serveBatches(() => engineWorks(model, wasm))
}
