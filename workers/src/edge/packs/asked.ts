/**
 * What a request asks of a pack: one plain question, or one straight after a question and its answer.
 *
 * A system prompt that the pack names is the operator's own and changes nothing; any other, and whatever else
 * `plainQuestion` looks at (tools, a format, fields that nobody knows), makes the request none of the pack's.
 */
import { type ChatMessage, type ChatRequest, longestQuestion, statedForm } from '@nearside/core'
import { plainQuestion } from '../plain-question.ts'

export type Asked = {
  readonly question: string
  /** The question before and the answer that it got; null where there was none. */
  readonly before: { readonly question: string; readonly answer: string } | null
}

export function askedOf(request: ChatRequest, systemPrompts: readonly string[]): Asked | null {
  const last = request.messages.at(-1)
  if (last === undefined || last.text.length > longestQuestion) return null
  const messages = request.messages.filter((message) => !isOwnPrompt(message, systemPrompts))
  const turns = messages.filter(({ role }) => role !== 'system' && role !== 'developer')
  if (turns.length === 1) {
    const question = plainQuestion({ ...request, messages })
    return question === null ? null : { question, before: null }
  }
  const [first, answer] = turns
  if (turns.length !== 3 || first?.role !== 'user' || answer?.role !== 'assistant') return null
  if (!isText(first) || !isText(answer)) return null
  const question = plainQuestion({
    ...request,
    messages: messages.filter((each) => each !== first && each !== answer),
  })
  return question === null ? null : { question, before: { question: first.text.trim(), answer: answer.text } }
}

function isText({ images, audio, toolCalls }: ChatMessage): boolean {
  return images === 0 && audio === 0 && toolCalls.length === 0
}

function isOwnPrompt(message: ChatMessage, systemPrompts: readonly string[]): boolean {
  if (message.role !== 'system' && message.role !== 'developer') return false
  const { text } = message
  // Spaces and marks around it are all that a prompt may have more of than its stated form.
  if (!systemPrompts.some((prompt) => text.length <= 2 * prompt.length + 32)) return false
  return isText(message) && systemPrompts.includes(statedForm(text))
}
