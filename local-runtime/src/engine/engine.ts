/**
 * What the server asks of whatever runs a model. One port, so that a model's file format and the library that
 * executes it can change without the server noticing; every implementation passes the same contract
 * (`test/local-runtime/engine-contract.ts`).
 */
import type { TokenLogprob } from '@nearside/core'

export type EngineMessage = { readonly role: 'system' | 'user' | 'assistant'; readonly text: string }

/** One answer to generate, every setting decided. */
export type Generation = {
  readonly messages: readonly EngineMessage[]
  /** The most tokens to generate; the end of the context is a limit too. */
  readonly outputLimit: number
  /** Zero takes the likeliest token each time. */
  readonly temperature: number
  readonly topP: number
  readonly frequencyPenalty: number
  readonly presencePenalty: number
  /** Equal seeds give equal answers. */
  readonly seed: number
  /** Texts before which the answer ends; they are no part of it. */
  readonly stop: readonly string[]
  /** How many alternatives are told beside each token. */
  readonly topLogprobs: number
}

/**
 * A generation is `prompt-read`, then a `token` for each token that the model chose, then `generation-end`.
 * Text may come later than its token, while it could still be the beginning of a stop text or is half a
 * character; `tokens` are those whose text the event lets go, so that text and tokens always agree.
 */
export type EngineEvent =
  | { readonly type: 'prompt-read'; readonly promptTokens: number }
  | {
      readonly type: 'token'
      readonly logprob: number
      readonly text: string
      readonly tokens: readonly TokenLogprob[]
    }
  | {
      readonly type: 'generation-end'
      readonly finishReason: 'stop' | 'length' | 'cancelled'
      readonly text: string
      readonly tokens: readonly TokenLogprob[]
      readonly outputTokens: number
    }

export type EngineModel = {
  readonly name: string
  /** Changes whenever the weights do. */
  readonly version: string
  /** Identifies weights and tokenizer; goes out as `system_fingerprint`. */
  readonly fingerprint: string
  /** The longest conversation together with its answer. */
  readonly contextTokens: number
  /** No answer of this model is said to be surer than this. */
  readonly confidenceCeiling: number
  /** How fast the warm-up went; null where there was none. */
  readonly tokensPerSecond: number | null
}

/** `loading`: it will be ready without anybody's help. `failed`: the last load went wrong; it is tried again. */
export type EngineStanding = 'loading' | 'ready' | 'failed'

export type Engine = {
  /** Loads the model and warms it up. Called once; rejects when the model cannot be used. */
  load(): Promise<EngineModel>
  standing(): EngineStanding
  /**
   * Generates one answer. Throws `context-too-long` before the first event where the conversation does not fit,
   * and `tier-failed` where the engine broke. Once `signal` has reached it, the engine finishes the token that it is
   * computing and no other, and the sequence still ends with its `generation-end`. Leaving the iteration early cancels too.
   */
  generate(generation: Generation, signal: AbortSignal): AsyncIterable<EngineEvent>
  /** Tokens computed since the start, as far as the engine has told. */
  tokensMade(): number
  /** How often a broken engine was started anew. */
  restarts(): number
  dispose(): Promise<void>
}
