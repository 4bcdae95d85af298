/**
 * How many threads onnxruntime should get. They are fixed when a model's weights are read, and reading those of a large model once for
 * each trial would take longer than the trial wins; so the trial is one product with a matrix that no cache holds, which is what
 * decoding consists of, by the very onnxruntime that will run the model.
 */
import { writeModel } from '@nearside/core'
import { type Calibration, fastestThreads } from '../host/calibrate.ts'
import { type Onnxruntime, onnxruntime } from './onnxruntime.ts'

/** 64 MiB of weights. */
const width = 4_096
const rounds = 12

export async function fastestOnnxThreads(most: number, sessionOptions: object): Promise<Calibration> {
  if (most <= 1) return { threads: 1, why: 'as the model is small or no other core may be used' }
  return fastestThreads(most, productSpeed(sessionOptions), { unit: productUnit })
}

export const productUnit = 'products a second'

/** How many products a second so many threads make. */
export function productSpeed(sessionOptions: object): (threads: number) => Promise<number> {
  const model = productModel()
  return (threads) => productsASecond(onnxruntime(), model, { ...sessionOptions, intraOpNumThreads: threads })
}

function productModel(): Uint8Array {
  return writeModel({
    nodes: [{ op: 'MatMul', inputs: ['input', 'matrix'], outputs: ['output'] }],
    initializers: {
      matrix: { type: 'float32', dims: [width, width], data: new Float32Array(width * width).fill(0.5) },
    },
    inputs: [{ name: 'input', type: 'float32', dims: [1, width] }],
    outputs: [{ name: 'output', type: 'float32', dims: [1, width] }],
  })
}

async function productsASecond(
  { InferenceSession, Tensor }: Onnxruntime,
  model: Uint8Array,
  options: object,
): Promise<number> {
  const session = await InferenceSession.create(model, options)
  try {
    const feeds = { input: new Tensor('float32', new Float32Array(width).fill(1), [1, width]) }
    await session.run(feeds)
    const begunAt = performance.now()
    for (let round = 0; round < rounds; round++) await session.run(feeds)
    return (rounds * 1_000) / (performance.now() - begunAt)
  } finally {
    await session.release()
  }
}
