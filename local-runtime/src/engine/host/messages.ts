/** What the server and an engine's process tell each other. */
import type { NearsideErrorCode } from '@nearside/core'
import type { ParkedUsage } from '../../parking/parked-states.ts'
import type { Embedding, EngineEvent, EngineModel, Generation, Recalibration } from '../engine.ts'

/** What is known of a model only once it is loaded. */
export type LoadedFacts = Pick<
  EngineModel,
  'contextTokens' | 'tokensPerSecond' | 'capabilities' | 'chatTemplate' | 'standsOn'
>

export type ToEngine<Settings> =
  | { readonly type: 'load'; readonly settings: Settings }
  | {
      readonly type: 'generate'
      readonly id: number
      readonly generation: Generation
      /** Whether whoever asked has left already: a second message might come after the first token. */
      readonly cancelled: boolean
    }
  | { readonly type: 'embed'; readonly id: number; readonly texts: readonly string[] }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'forget' }
  | { readonly type: 'recalibrate'; readonly id: number }

export type FromEngine =
  | { readonly type: 'ready'; readonly facts: LoadedFacts }
  | { readonly type: 'load-failed'; readonly message: string }
  | { readonly type: 'event'; readonly id: number; readonly event: EngineEvent }
  | { readonly type: 'embedded'; readonly id: number; readonly embeddings: readonly Embedding[] }
  | { readonly type: 'recalibrated'; readonly id: number; readonly recalibration: Recalibration | null }
  /** How many tokens' keys and values are kept. */
  | { readonly type: 'kept'; readonly tokens: number; readonly parked: ParkedUsage | null }
  /** Part of a prompt was read: the engine is alive. */
  | { readonly type: 'progress'; readonly id: number }
  | {
      readonly type: 'failed'
      readonly id: number
      readonly code: NearsideErrorCode
      readonly message: string
      readonly param: string | null
    }
