/** The same file and inputs through onnxruntime, its tensors turned into ours. */
import type { Tensor } from '@nearside/core'
import * as ort from 'onnxruntime-node'

export type Runner = {
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>
  close(): Promise<void>
}

export async function openOnnxruntime(file: Uint8Array): Promise<Runner> {
  const session = await ort.InferenceSession.create(file, {
    // Rewriting the graph changes the last bits of sums, and what is compared is what the graph says.
    graphOptimizationLevel: 'disabled',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  })
  return {
    async run(inputs) {
      const feeds = Object.entries(inputs).map(([name, tensor]) => [name, toOnnxruntime(tensor)] as const)
      const results = Object.entries(await session.run(Object.fromEntries(feeds)))
      return Object.fromEntries(results.map(([name, tensor]) => [name, fromOnnxruntime(tensor)]))
    },
    close: () => session.release(),
  }
}

function toOnnxruntime({ type, dims, data }: Tensor): ort.Tensor {
  if (type === 'int64') return new ort.Tensor('int64', BigInt64Array.from(data as Float64Array, BigInt), dims)
  return new ort.Tensor(type, data as never, dims)
}

function fromOnnxruntime({ type, dims, data }: ort.Tensor): Tensor {
  if (type === 'int64') return { type, dims, data: Float64Array.from(data as BigInt64Array, Number) }
  return { type: type as Tensor['type'], dims, data: data as Tensor['data'] }
}
