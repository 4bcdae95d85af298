/** onnxruntime-node, which is the library's dependency and not ours: the copy that the library itself runs models with. */
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Tensor } from '@huggingface/transformers'

export type OrtTensor = Tensor['ort_tensor']

/** By name. */
export type OrtTensors = Readonly<Record<string, OrtTensor>>

/** A dimension is a number, or a name where it is bound when the model runs. */
export type OrtValue = {
  readonly name: string
  readonly isTensor: boolean
  readonly type?: string
  readonly shape?: readonly (number | string)[]
}

export type OrtSession = {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  readonly inputMetadata: readonly OrtValue[]
  /** An output is written into the tensor that is given for it; null wants a new one. */
  run(feeds: OrtTensors, fetches?: Readonly<Record<string, OrtTensor | null>>): Promise<OrtTensors>
  release(): Promise<void>
}

/** What is used of it. */
export type Onnxruntime = {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OrtSession> }
  /** A session passes over buffers of another class than this, in silence, and the library brings one of its own. */
  readonly Tensor: new (
    type: OrtTensor['type'],
    data: Tensor['data'],
    dims: readonly number[],
  ) => OrtTensor
}

export function onnxruntime(): Onnxruntime {
  const library = fileURLToPath(import.meta.resolve('@huggingface/transformers'))
  return createRequire(library)('onnxruntime-node')
}
