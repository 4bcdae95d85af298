/** What the process that runs an ONNX model needs to know. */
import type { ModelFolder } from '../../model/read-model.ts'

import type { OnnxDevice } from '../devices.ts'

export type TransformersSettings = {
  readonly model: ModelFolder
  readonly contextTokens: number
  readonly device: OnnxDevice
  /** Zero: tried out at the load. */
  readonly threads: number
  /** The most that may be tried. */
  readonly mostThreads: number
  /** Tokens of a prompt that are read between two looks at the wish to cancel. */
  readonly prefillTokens: number
  /** What keys and values of past conversations may take in memory. */
  readonly keptBytes: number
}
