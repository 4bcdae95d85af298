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

/** What a provider's template adds around a message. */
const tokensPerMessage = 6
/** High-detail images of the common frontier models stay below this. */
export const tokensPerImage = 2_000
/** A minute of speech is about 600 tokens; an inline clip is bounded by the body's size. */
export const tokensPerAudioPart = 6_000

export function promptTokens(request: ChatRequest): number {
  let tokens = 3
  for (const message of request.messages) tokens += messageTokens(message)
  if (request.tools > 0) tokens += textTokens(JSON.stringify(request.body.tools ?? ''))
  if (request.responseFormat === 'json_schema') {
    tokens += textTokens(JSON.stringify(request.body.response_format ?? ''))
  }
  return tokens
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
