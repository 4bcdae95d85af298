/**
 * What the server's thread and the engine's thread tell each other. Two things do not go by message, because the
 * engine's thread reads none while it computes: the wish to cancel and the count of tokens lie in shared memory.
 */
import type { NearsideErrorCode } from '@nearside/core'
import type { ModelFolder } from '../../model/read-model.ts'
import type { EngineEvent, Generation } from '../engine.ts'

export type WorkerSettings = {
  readonly model: ModelFolder
  readonly contextTokens: number
  readonly threads: number
  /** Tokens of a prompt that are read between two looks at the wish to cancel. */
  readonly prefillTokens: number
  /** One counter for all generations: see `tokensMade`. */
  readonly tokensMade: SharedArrayBuffer
}

export type ToWorker = {
  readonly type: 'generate'
  readonly id: number
  readonly generation: Generation
  /** One integer; not zero means: stop. */
  readonly cancel: SharedArrayBuffer
}

export type FromWorker =
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
