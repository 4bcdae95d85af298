/**
 * Tokens as the doubles count them: a token for four letters, and four for what frames a message. Ids of calls are not
 * counted, as templates of chats do not show them to a model.
 */
import type { Chat, ChatMessage } from './chat.ts'

export function textTokens(text: string): number {
  return Math.ceil(text.length / 4)
}

export function messageTokens({ text, calls }: ChatMessage): number {
  return calls.reduce((sum, call) => sum + textTokens(call.name + call.given), 4 + textTokens(text))
}

export function promptTokens({ messages, toolText }: Chat): number {
  return messages.reduce((sum, message) => sum + messageTokens(message), textTokens(toolText))
}
