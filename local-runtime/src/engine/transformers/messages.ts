/** What the server and the engine's process tell each other. */
import type { NearsideErrorCode } from '@nearside/core'
import type { ModelFolder } from '../../model/read-model.ts'
import type { EngineEvent, Generation } from '../engine.ts'

export type ProcessSettings = {
  readonly model: ModelFolder
  readonly contextTokens: number
  readonly threads: number
  /** Tokens of a prompt that are read between two looks at the wish to cancel. */
  readonly prefillTokens: number
}

export type ToEngine =
  | { readonly type: 'load'; readonly settings: ProcessSettings }
  | { readonly type: 'generate'; readonly id: number; readonly generation: Generation }
  | { readonly type: 'cancel'; readonly id: number }

export type FromEngine =
  | { readonly type: 'ready'; readonly tokensPerSecond: number }
  | { readonly type: 'load-failed'; readonly message: string }
  | { readonly type: 'event'; readonly id: number; readonly event: EngineEvent }
  /** Part of a prompt was read: the engine is alive. */
  | { readonly type: 'progress'; readonly id: number }
  | {
      readonly type: 'failed'
      readonly id: number
      readonly code: NearsideErrorCode
      readonly message: string
      readonly param: string | null
    }
