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
  /** The most tokens that each answer may have, in place of what the caller named. */
  readonly outputLimit?: number
  /**
   * Where the limit goes when the caller named none. Servers other than OpenAI's often know only `max_tokens`.
   * @default 'max_completion_tokens'
   */
  readonly limitField?: LimitField
}

export function upstreamBody(request: ChatRequest, change: BodyChange): string {
  const body: Record<string, JsonValue> = Object.fromEntries(
    Object.entries(request.body).filter(([key]) => !isPrivate(key)),
  )
  body.model = change.model

  if (request.stream && change.includeUsage) {
    body.stream_options = {
      ...(body.stream_options as JsonObject | null | undefined),
      include_usage: true,
    }
  }

  if (change.outputLimit !== undefined) {
    // A caller that names both limits gets both lowered: nobody knows which of them this upstream reads.
    const used = limitFields.filter((field) => body[field] != null)
    const fields = used.length > 0 ? used : [change.limitField ?? 'max_completion_tokens']
    for (const field of fields) body[field] = change.outputLimit
  }
  return JSON.stringify(body)
}

const limitFields: readonly LimitField[] = ['max_completion_tokens', 'max_tokens']

function isPrivate(key: string): boolean {
  return /^(?:x-)?nearside(?:-|$)/i.test(key)
}
