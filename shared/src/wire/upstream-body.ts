/**
 * The JSON text that goes to an upstream: the caller's own body with the few fields changed that the plan
 * decides. Everything else travels untouched, what nobody here understands included; only what is private to
 * Nearside stays here.
 */
import type { ChatRequest } from '../chat/chat-request.ts'
import type { JsonObject, JsonValue } from '../chat/json.ts'

export type LimitField = 'max_completion_tokens' | 'max_tokens'

export type BodyChange = {
  readonly model: string
  /** Whether a stream is to end with its usage. An answer that is not streamed always has it. */
  readonly includeUsage: boolean
  /**
   * The most tokens that each answer may have, in place of whatever the caller named: whoever set money aside for so
   * many sends it. Without it the caller's own limits travel as they came.
   */
  readonly outputLimit?: number
  /**
   * The field that this upstream reads, where `outputLimit` goes. Servers other than OpenAI's often know only
   * `max_tokens`.
   * @default 'max_completion_tokens'
   */
  readonly limitField?: LimitField
}

export function upstreamBody(request: ChatRequest, change: BodyChange): string {
  const body = withoutPrivate(request.body)
  body.model = change.model

  if (request.stream && change.includeUsage) {
    body.stream_options = {
      ...(body.stream_options as JsonObject | null | undefined),
      include_usage: true,
    }
  }

  if (change.outputLimit !== undefined) {
    // The other field would be a second limit, which OpenAI refuses and others may read in place of the first.
    delete body.max_tokens
    delete body.max_completion_tokens
    body[change.limitField ?? 'max_completion_tokens'] = change.outputLimit
  }
  return JSON.stringify(body)
}

/** A copy without what callers say to Nearside alone. */
export function withoutPrivate(given: JsonObject): Record<string, JsonValue> {
  const body: Record<string, JsonValue> = { ...given }
  for (const key in body) if (isPrivateField(key)) delete body[key]
  return body
}

/** What an existing program may send to a gateway beside OpenAI's fields; it never goes upstream. */
export function isPrivateField(key: string): boolean {
  return /^(?:x-)?nearside(?:-|$)/i.test(key)
}
