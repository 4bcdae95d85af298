/**
 * A request for embeddings as the inside knows it: whose vectors, of how many inputs. `body` keeps the caller's own
 * object, so that what only the upstream understands travels on untouched.
 */
import type { JsonObject } from './json.ts'

/** One text, or one text as the ids of its tokens. */
export type EmbeddingInput = string | readonly number[]

export type EmbeddingRequest = {
  readonly model: string
  readonly inputs: readonly [EmbeddingInput, ...EmbeddingInput[]]
  readonly body: JsonObject
}
