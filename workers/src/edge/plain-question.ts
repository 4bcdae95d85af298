/**
 * The text of a request that is one plain user question, and null for every other request.
 *
 * A short question means what it says only when nothing else in the request changes the job. An earlier turn may
 * be what it refers to ("and times three?") or may have asked for French; a system prompt may set a persona, a
 * format or a subject; tools, a schema, log probabilities or a second answer ask for what a bare text is not.
 * So fields and system prompts are known to be harmless, or the question is not plain.
 */
import type { ChatMessage, ChatRequest } from '@nearside/core'

/** Fields that leave the right answer as it is. Those not named here (a grammar, a web search) may not. */
const harmlessFields: ReadonlySet<string> = new Set([
  'frequency_penalty',
  'max_completion_tokens',
  'max_tokens',
  'messages',
  'metadata',
  'model',
  'n',
  'parallel_tool_calls',
  'presence_penalty',
  'prompt_cache_key',
  'prompt_cache_retention',
  'reasoning_effort',
  'response_format',
  'safety_identifier',
  'seed',
  'service_tier',
  'stop',
  'store',
  'stream',
  'stream_options',
  'temperature',
  'top_p',
  'user',
])

/** Values that say nothing, for fields that are not harmless in themselves. */
const emptyValues: ReadonlySet<unknown> = new Set([null, undefined, false, 0])

/** System prompts that every chat program sends, in lower case and without their final dot. */
const neutralPrompts: ReadonlySet<string> = new Set([
  '',
  'you are a helpful assistant',
  'you are a helpful ai assistant',
  'you are a helpful chat assistant',
  'you are a helpful and honest assistant',
  'you are a helpful, respectful and honest assistant',
  'you are an ai assistant',
  'you are an assistant',
])

const longestNeutralPrompt = 100

/** The question, trimmed, when nothing else in the request changes what it asks. */
export function plainQuestion(request: ChatRequest): string | null {
  const question = request.messages.at(-1)
  if (question?.role !== 'user' || question.images > 0 || question.audio > 0) return null
  if (!request.messages.slice(0, -1).every(isNeutral)) return null
  if (request.tools > 0 || request.answers > 1 || request.responseFormat !== 'text') return null
  if (request.sampling.logprobs) return null
  for (const field of Object.keys(request.body)) {
    if (!harmlessFields.has(field) && !emptyValues.has(request.body[field])) return null
  }
  return question.text.trim()
}

function isNeutral(message: ChatMessage): boolean {
  if (message.role !== 'system' && message.role !== 'developer') return false
  if (message.images > 0 || message.audio > 0 || message.text.length > longestNeutralPrompt) return false
  return neutralPrompts.has(message.text.trim().toLowerCase().replace(/\.$/, ''))
}
