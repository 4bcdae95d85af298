/** What the process that runs a GGUF model needs to know. */

import type { ParkingSettings } from '../../parking/check-parking.ts'
import type { LlamaDevice } from '../devices.ts'

export type { LlamaDevice } from '../devices.ts'

export type LlamaSettings = {
  readonly file: string
  readonly contextTokens: number
  /** Sequences, each with a context of its own. */
  readonly slots: number
  /** Zero: tried out at the load. */
  readonly threads: number
  /** The most that may be tried. */
  readonly mostThreads: number
  readonly device: LlamaDevice
  readonly mmap: boolean
  /** Tokens of a prompt that are read between two looks at the wish to cancel. */
  readonly prefillTokens: number
  readonly embeddings: boolean
  /** Null parks nothing. */
  readonly parking: ParkingSettings | null
}
