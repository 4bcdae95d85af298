/**
 * What the server asks of whatever runs a model. One port, so that a model's file format and the library that
 * executes it can change without the server noticing; every implementation passes the same contract
 * (`test/local-runtime/engine-contract.ts`).
 *
 * Engines differ in what they can do. Each says it in its model's `capabilities`, and the server refuses the rest by
 * name: an engine is never asked for what it did not offer, and never passes over what it was asked for.
 */
import type { Curve, JsonObject, TokenLogprob, ToolCall } from '@nearside/core'
import type { OutputForm } from '../constraint/constraint.ts'
import type { ParkedUsage } from '../parking/parked-states.ts'

export type EngineMessage = {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly text: string
  /** What the assistant called in this message. */
  readonly toolCalls?: readonly ToolCall[]
  /** The call that this message of a tool answers. */
  readonly toolCallId?: string
  /** The tool that speaks, or the name that the caller gave a speaker. */
  readonly name?: string
}

/** What an answer must be: JSON, JSON of a shape, or calls of these tools and nothing else. */
export type OutputConstraint =
  | OutputForm
  | { readonly type: 'tool-calls'; readonly tools: readonly JsonObject[]; readonly parallel: boolean }

/**
 * A conversation that leaves no room for its answer is an error; or its oldest turns are left out, the first system
 * message and the last turn excepted; or, with `shift`, the oldest tokens are forgotten while the answer grows.
 */
export type Overflow = 'error' | 'truncate-oldest' | 'shift'

/** Where nobody reads log-probabilities and one costs time: those of few tokens are looked at, or of more. */
export type ConfidenceGrain = 'rough' | 'close'

/** One answer to generate, every setting decided. */
export type Generation = {
  readonly messages: readonly EngineMessage[]
  /** What the model's template is told of tools, as callers declare them. */
  readonly tools: readonly JsonObject[]
  /** The most tokens to generate; the end of the context is a limit too. */
  readonly outputLimit: number
  /** Zero takes the likeliest token each time. */
  readonly temperature: number
  readonly topP: number
  /** Only so many of the likeliest tokens are drawn from; zero for all. */
  readonly topK: number
  /** Only tokens at least this probable, as a share of the likeliest one's probability; zero for all. */
  readonly minP: number
  readonly frequencyPenalty: number
  readonly presencePenalty: number
  /** Divides the scores of whatever stands in the conversation or the answer already; one changes nothing. */
  readonly repetitionPenalty: number
  /** Added to the scores of tokens, by their ids. */
  readonly logitBias: readonly (readonly [token: number, bias: number])[]
  /** Equal seeds give equal answers. */
  readonly seed: number
  /** Texts before which the answer ends; they are no part of it. */
  readonly stop: readonly string[]
  /**
   * How many alternatives are told beside each token; null where nobody reads log-probabilities: then `tokens` of the
   * events are empty, and an engine to which a probability costs time tells those of some tokens only.
   */
  readonly topLogprobs: number | null
  /** How many tokens such an engine looks at, for the confidence of the whole. */
  readonly confidence: ConfidenceGrain
  readonly constraint: OutputConstraint | null
  readonly overflow: Overflow
  /** Whether its keys and values may be parked on a disk, encrypted, where the operator has switched that on. */
  readonly mayPark: boolean
}

/** What a generation is where nobody says otherwise. */
export const plainGeneration: Generation = {
  messages: [],
  tools: [],
  outputLimit: Number.MAX_SAFE_INTEGER,
  temperature: 1,
  topP: 1,
  topK: 0,
  minP: 0,
  frequencyPenalty: 0,
  presencePenalty: 0,
  repetitionPenalty: 1,
  logitBias: [],
  seed: 0,
  stop: [],
  topLogprobs: null,
  confidence: 'rough',
  constraint: null,
  overflow: 'error',
  mayPark: true,
}

/**
 * A generation is `prompt-read`, then a `token` for each token that the model chose, then `generation-end`.
 * Text may come later than its token, while it could still be the beginning of a stop text or is half a
 * character; `tokens` are those whose text the event lets go, so that text and tokens always agree.
 */
export type EngineEvent =
  | {
      readonly type: 'prompt-read'
      readonly promptTokens: number
      /** Of them, those whose keys and values were still there from an earlier conversation. */
      readonly cachedPromptTokens: number
    }
  | {
      readonly type: 'token'
      /** The model's own, before temperature and penalties; null where the engine does not tell this token's. */
      readonly logprob: number | null
      readonly text: string
      readonly tokens: readonly TokenLogprob[]
    }
  | {
      readonly type: 'generation-end'
      readonly finishReason: 'stop' | 'length' | 'content_filter' | 'cancelled'
      readonly text: string
      readonly tokens: readonly TokenLogprob[]
      readonly outputTokens: number
      /** From an engine that learns only at the end what it could but estimate at the beginning. */
      readonly promptTokens?: number
      readonly cachedPromptTokens?: number
      /** From an engine whose server tells calls of tools as calls, and not in the text; nobody has checked them. */
      readonly calls?: readonly ToolCall[]
    }

export type EngineCapabilities = {
  /** False for a model that makes vectors only. @default true */
  readonly answers?: boolean
  /** Whether conversations may hold tools: the model's template knows them, or the server behind does. */
  readonly tools: boolean
  readonly constraints: readonly OutputConstraint['type'][]
  /** Whether each token's log-probability is told. */
  readonly logprobs: boolean
  /** The most alternatives beside a token. */
  readonly topLogprobs: number
  readonly embeddings: boolean
  readonly overflow: readonly Overflow[]
  /** Settings of `Generation` that would be passed over, and are refused instead. */
  readonly without: readonly ('topK' | 'minP' | 'repetitionPenalty' | 'logitBias' | 'seed')[]
  /** How many generations advance together without slowing each other as much as taking turns would. */
  readonly parallel: number
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
  /** From how sure it was to how often that is right, where somebody has measured it. */
  readonly confidenceCurve?: Curve
  /** How fast the warm-up went; null where there was none. */
  readonly tokensPerSecond: number | null
  readonly capabilities: EngineCapabilities
  /** The model's own template, in Jinja; null where only somebody else's server knows it. */
  readonly chatTemplate: string | null
  /** What runs it, on which device, with how many threads, and why: for the log and for `/v1/load`. */
  readonly standsOn: string
}

/** `loading`: it will be ready without anybody's help. `failed`: the last load went wrong; it is tried again. */
export type EngineStanding = 'loading' | 'ready' | 'failed'

/** What the engine holds at this moment; null for what it cannot know. */
export type EngineUsage = {
  /** Tokens whose keys and values are kept, those that only wait for reuse included. */
  readonly keptTokens: number | null
  /** Memory of the process that runs the model. */
  readonly residentBytes: number | null
  /** States of conversations on a disk; absent where none are parked. */
  readonly parked?: ParkedUsage
}

/** What came of trying threads anew. */
export type Recalibration = {
  /** `reload`: others are faster, and come with the next load. `interrupted`: somebody asked for an answer meanwhile. */
  readonly outcome: 'kept' | 'changed' | 'reload' | 'interrupted'
  /** Those in use from here on, or after the next load. */
  readonly threads: number
  /** Whether they are those that the load had chosen. */
  readonly isAsAtLoad: boolean
  readonly why: string
  /** What the model stands on from here on. */
  readonly standsOn: string
}

export type Embedding = { readonly vector: readonly number[]; readonly tokens: number }

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
  /** One vector a text, where `capabilities.embeddings` says so. */
  embed?(texts: readonly string[], signal: AbortSignal): Promise<readonly Embedding[]>
  usage(): EngineUsage
  /** Gives up what is kept for reuse only; running generations keep theirs. */
  forget(): Promise<void>
  /**
   * Tries threads anew while nobody is answered, and takes others where they clearly win; what is kept for reuse may be lost with that.
   * Whoever asks meanwhile waits for one step of the trial. Null where there is nothing to try: threads were set, or only one may be used.
   */
  recalibrate?(): Promise<Recalibration | null>
  /** Tokens computed since the start, as far as the engine has told. */
  tokensMade(): number
  /** How often a broken engine was started anew. */
  restarts(): number
  dispose(): Promise<void>
}
