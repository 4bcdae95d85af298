/**
 * A chat request as the inside knows it: the fields that decide where it goes and how it is answered, as
 * plain values. `body` keeps the caller's own object, so that what only the upstream understands travels on
 * untouched.
 */
import type { JsonObject } from './json.ts'

export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool' | 'function'

export type ChatMessage = {
  readonly role: Role
  /** All text of the message, its parts joined by a line break. */
  readonly text: string
  /** Parts that only a model which sees can take: images, files, and kinds of part unknown here. */
  readonly images: number
  readonly audio: number
  readonly toolCalls: readonly ToolCall[]
  /** The call this message answers, for a message of a tool. */
  readonly toolCallId: string | null
}

export type ToolCall = { readonly id: string; readonly name: string; readonly arguments: string }

export type Sampling = {
  readonly temperature: number | null
  readonly topP: number | null
  readonly seed: number | null
  readonly frequencyPenalty: number | null
  readonly presencePenalty: number | null
  readonly stop: readonly string[]
  readonly logprobs: boolean
  readonly topLogprobs: number
}

export type ChatRequest = {
  readonly model: string
  readonly messages: readonly ChatMessage[]
  readonly stream: boolean
  /** Whether the caller asked for the usage in a stream's last chunk. */
  readonly includeUsage: boolean
  /** The most tokens the caller wants for each answer; null where it named no limit. */
  readonly outputLimit: number | null
  /** How many answers are asked for (`n`). */
  readonly answers: number
  readonly tools: number
  /** `text`, `json_object` or `json_schema`. */
  readonly responseFormat: 'text' | 'json_object' | 'json_schema'
  readonly sampling: Sampling
  readonly body: JsonObject
}
