/**
 * Counts tokens without a tokenizer, on the high side.
 *
 * Budgets reserve by this count and context limits are checked against it, so it must not fall short of what a
 * byte-pair tokenizer of any family makes of the text. Short lower-case words are rarely split; long, mixed or
 * invented ones are, about every two letters; some families spend a token on each digit and on each mark; a
 * character outside ASCII is at worst one token for each of its UTF-8 bytes, save the letters that every
 * family has learnt. One pass, no allocation.
 */
import type { ChatMessage, ChatRequest } from '../chat/chat-request.ts'
import type { JsonObject, JsonValue } from '../chat/json.ts'

/** What a provider's template adds around a message. */
const tokensPerMessage = 6
/** High-detail images of the common frontier models stay below this. */
export const tokensPerImage = 2_000
/** A minute of speech is about 600 tokens. */
export const tokensPerAudioPart = 6_000

export function promptTokens(request: ChatRequest): number {
  let tokens = 3
  for (const message of request.messages) tokens += messageTokens(message)
  for (const { name } of objectsIn(request.body.messages)) {
    if (typeof name === 'string') tokens += 1 + textTokens(name)
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
  let tokens = 0
  let letters = 0
  let plain = true
  let spaces = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const lower = code >= 97 && code <= 122
    if (lower || (code >= 65 && code <= 90)) {
      // A capital that begins a word leaves it plain; one inside it does not.
      if (!lower && letters > 0) plain = false
      letters++
      spaces = 0
      continue
    }
    if (letters > 0) {
      tokens += wordTokens(letters, plain)
      letters = 0
      plain = true
    }
    if (code === 32) {
      // One space belongs to the word behind it; a run of them is packed.
      if (++spaces % 4 === 2) tokens++
      continue
    }
    spaces = 0
    tokens += code < 128 ? 1 : code < 0x800 ? 1.5 : code >= 0xd800 && code < 0xe000 ? 2 : 2
  }
  return Math.ceil(letters > 0 ? tokens + wordTokens(letters, plain) : tokens)
}

function wordTokens(letters: number, plain: boolean): number {
  if (!plain || letters > 14) return Math.ceil(letters / 2)
  return letters <= 4 ? 1 : Math.ceil(letters / 4)
}
