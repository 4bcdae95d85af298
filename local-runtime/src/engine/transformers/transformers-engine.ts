/** Runs an ONNX model with @huggingface/transformers, in a process of its own. */
import type { ChildProcess } from 'node:child_process'
import { NearsideError } from '@nearside/core'
import { readModel } from '../../model/read-model.ts'
import type { OnnxDevice } from '../devices.ts'
import type { Engine } from '../engine.ts'
import { hostedEngine } from '../host/hosted-engine.ts'
import { startProcess } from '../host/start-process.ts'
import { defaultThreads } from '../host/threads.ts'
import type { TransformersSettings } from './settings.ts'

export type TransformersOptions = {
  /** A folder in Hugging Face's layout, with `onnx/model….onnx`. */
  readonly folder: string
  /** Longest conversation with its answer; never more than the model was made for. @default 8192 */
  readonly contextTokens?: number
  /** `auto` takes CUDA where there is a card, else the CPU. What cannot be used is passed over for the CPU. @default 'auto' */
  readonly device?: OnnxDevice
  /** @default what a short trial at the load finds fastest, within affinity and quota */
  readonly threads?: number
  /** Tokens of a prompt that are read between two looks at a cancellation. @default 64 */
  readonly prefillTokens?: number
  /** What keys and values of past conversations may take in memory. @default 268435456 */
  readonly keptBytes?: number
  /** Whether texts can be made into vectors, which encoders do and nothing else. @default false */
  readonly embeddings?: boolean
  /** After this long without a sign of life from a generation its process is given up. @default 120000 */
  readonly stallMs?: number
  /** Starts the process. Tests come in here to see it die. */
  readonly startProcess?: () => ChildProcess
}

export function transformersEngine(options: TransformersOptions): Engine {
  let start = startTransformers
  return hostedEngine<TransformersSettings>({
    stallMs: options.stallMs ?? 120_000,
    startProcess: options.startProcess ?? (() => start()),
    async prepare() {
      const model = await readModel(options.folder)
      if (model.kind === 'encoder') start = startVectors
      if (model.kind === 'encoder' && options.embeddings !== true) throw vectorsOnly()
      const { name, version, fingerprint, confidenceCeiling } = model
      return {
        identity: { name, version, fingerprint, confidenceCeiling },
        settings: {
          model,
          contextTokens: Math.min(model.contextTokens, options.contextTokens ?? 8_192),
          device: options.device ?? 'auto',
          threads: options.threads ?? 0,
          mostThreads: defaultThreads(model.weightBytes),
          prefillTokens: options.prefillTokens ?? 64,
          keptBytes: options.keptBytes ?? 256 * 2 ** 20,
        },
      }
    },
  })
}

export function startTransformers(): ChildProcess {
  return startProcess('./engine-process', import.meta.url)
}

function startVectors(): ChildProcess {
  return startProcess('./vectors-process', import.meta.url)
}

function vectorsOnly(): NearsideError {
  return new NearsideError(
    'bad-options',
    'This model makes vectors and no answers; serve it with --embeddings on.',
    { param: 'embeddings' },
  )
}
