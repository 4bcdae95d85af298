/**
 * What a judge is shown of a request: its conversation as plain text, and who answered.
 *
 * Only what is text alone can be judged so: an answer to a picture, or one that calls tools, would be graded without
 * what it rests on. Null says why it cannot.
 */
import type { ChatRequest, JsonValue, Turn } from '@nearside/core'
import type { JudgedAnswer } from '../quality/quality-book.ts'

export type Material = {
  readonly of: JudgedAnswer
  readonly turns: readonly Turn[]
  /** The caller's own, so that the reference has to keep to it too. */
  readonly format: JsonValue
  readonly answer: string
}

/** What a judge reads three times over is bounded, in characters. */
export const mostConversationChars = 48_000
export const mostAnswerChars = 24_000

export function turnsOf({
  messages,
  tools,
  answers,
}: ChatRequest): readonly Turn[] | 'not-text' | 'too-long' {
  if (tools > 0 || answers !== 1) return 'not-text'
  let chars = 0
  for (const { text, images, audio, toolCalls, role } of messages) {
    if (images + audio + toolCalls.length > 0 || role === 'tool' || role === 'function') return 'not-text'
    chars += text.length
  }
  return chars > mostConversationChars ? 'too-long' : messages.map(({ role, text }) => ({ role, text }))
}
