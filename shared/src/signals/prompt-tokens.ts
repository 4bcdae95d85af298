/**
 * Counts tokens without a tokenizer, on the high side.
 *
 * Budgets reserve by this count and context limits are checked against it, so it must not fall short of what a
 * tokenizer makes of the text, and not be so high that a budget is exhausted with nothing spent. A text is taken apart
 * into kinds of pieces, each at a cost that was fitted to real tokenizers; docs/decisions/010-token-bound.md has
 * the figures. One pass over the text.
 */
import type { ChatMessage, ChatRequest } from '../chat/chat-request.ts'
import type { JsonObject, JsonValue } from '../chat/json.ts'
import { costs } from './token-costs.ts'
import { countPieces, pieceKinds } from './token-pieces.ts'

/** What a provider's template adds around a message, 4, and what a few rare words may come to beyond their costs. */
const tokensPerMessage = 8
/** High-detail images of most models stay below this; `furtherImageTokens` knows the others. */
export const tokensPerImage = 2_000
/** A minute of speech is about 600 tokens. */
const tokensPerAudioPart = 6_000

export function promptTokens(request: ChatRequest): number {
  let tokens = 3
  for (const message of request.messages) tokens += messageTokens(message)
  for (const message of objectsIn(request.body.messages)) {
    for (const member in message) if (!counted.has(member)) tokens += memberTokens(message[member])
  }
  for (const field in request.body) {
    if (!apart.has(field)) tokens += fieldTokens(request.body[field])
  }
  if (request.tools > 0) {
    // The older form of tools is written into the prompt as the newer one is.
    for (const declared of [request.body.tools, request.body.functions]) {
      if (declared != null) tokens += textTokens(JSON.stringify(declared))
    }
  }
  if (request.responseFormat === 'json_schema') {
    tokens += textTokens(JSON.stringify(request.body.response_format ?? ''))
  }
  return tokens
}

/** Members of a message that are counted as what they were read as, or are part of the framing. */
const counted: ReadonlySet<string> = new Set([
  'role',
  'content',
  'refusal',
  'tool_calls',
  'function_call',
  'tool_call_id',
])

/** Fields that are counted by themselves, or are no part of any prompt. */
const apart: ReadonlySet<string> = new Set([
  'messages',
  'tools',
  'functions',
  'response_format',
  'stream_options',
  'logit_bias',
  'metadata',
])

/** A setting is short; what is longer may be material, as `documents` is to some upstreams. */
function fieldTokens(value: JsonValue | undefined): number {
  return typeof value === 'object' || (typeof value === 'string' && value.length > 64)
    ? memberTokens(value)
    : 0
}

/** The name of who speaks, and whatever only an upstream knows: what a model thought before goes into its prompt again. */
function memberTokens(value: JsonValue | undefined): number {
  if (value == null) return 0
  return 1 + textTokens(typeof value === 'string' ? value : JSON.stringify(value))
}

/**
 * The most tokens that attachments may have beyond what `promptTokens` counts for them: what a file or a long clip
 * comes to is known to the upstream alone. Infinite where the data is elsewhere; a model's context bounds it then.
 */
export function attachedTokens(request: ChatRequest): number {
  let tokens = 0
  for (const message of objectsIn(request.body.messages)) {
    for (const part of objectsIn(message.content)) tokens += partTokens(part)
  }
  return tokens
}

function partTokens(part: JsonObject): number {
  switch (part.type) {
    case 'text':
    case 'refusal':
    case 'image_url':
      return 0
    case 'input_audio':
      return Math.ceil(charsOf(part.input_audio, 'data') / charsPerAudioToken)
    default:
      // A page of text packs into few bytes, and each page may be looked at as a picture as well.
      return charsOf(part.file, 'file_data')
  }
}

/** Speech at its most packed has some 600 bytes a second, of ten tokens: 80 characters of base64 a token. */
const charsPerAudioToken = 64

function charsOf(holder: JsonValue | undefined, field: string): number {
  const [held] = objectsIn([holder ?? null])
  const data = held?.[field]
  return typeof data === 'string' ? data.length : Number.POSITIVE_INFINITY
}

function objectsIn(list: JsonValue | undefined): readonly JsonObject[] {
  if (!Array.isArray(list)) return []
  return list.filter((entry) => typeof entry === 'object' && entry !== null && !Array.isArray(entry))
}

function messageTokens(message: ChatMessage): number {
  let tokens = tokensPerMessage + textTokens(message.text)
  for (const call of message.toolCalls) tokens += 8 + textTokens(call.name) + textTokens(call.arguments)
  return tokens + message.images * tokensPerImage + message.audio * tokensPerAudioPart
}

export function textTokens(text: string): number {
  const counts = new Uint32Array(pieceKinds)
  countPieces(text, counts)
  let tokens = 0
  for (let kind = 0; kind < pieceKinds; kind++) tokens += (counts[kind] ?? 0) * (costs[kind] ?? 0)
  return Math.ceil(tokens)
}
