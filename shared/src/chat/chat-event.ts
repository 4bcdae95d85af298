/**
 * An answer is a sequence of these. A source that streams yields `answer-delta`, one for each chunk of the
 * wire; a source that answers at once yields a single `answer-whole`. The end of the sequence is the clean end
 * of the answer: a source that was cut throws.
 *
 * `wire` is the upstream's own JSON text where there is one. It is what goes on to the caller, so fields that
 * nobody here knows survive; whoever changes the plain fields sets it to null, and the text is written anew.
 */
import type { ToolCall } from './chat-request.ts'
import type { Usage } from './usage.ts'

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call'

export type TokenLogprob = {
  readonly token: string
  readonly logprob: number
  readonly top: readonly { readonly token: string; readonly logprob: number }[]
}

/** A piece of a tool call. The first piece of each call carries its id and name, later ones only arguments. */
export type ToolCallDelta = {
  readonly index: number
  readonly id: string | null
  readonly name: string | null
  readonly arguments: string
}

export type ChoiceDelta = {
  readonly index: number
  readonly text: string
  readonly toolCalls: readonly ToolCallDelta[]
  readonly finishReason: FinishReason | null
  readonly logprobs: readonly TokenLogprob[]
}

export type AnswerDelta = {
  readonly type: 'answer-delta'
  readonly choices: readonly ChoiceDelta[]
  readonly usage: Usage | null
  readonly wire: string | null
}

export type Choice = {
  readonly index: number
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
  readonly finishReason: FinishReason
  readonly logprobs: readonly TokenLogprob[]
}

export type AnswerWhole = {
  readonly type: 'answer-whole'
  readonly choices: readonly Choice[]
  readonly usage: Usage | null
  readonly wire: string | null
}

export type ChatEvent = AnswerDelta | AnswerWhole
