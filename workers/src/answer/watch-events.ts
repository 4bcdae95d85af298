/**
 * Notes the size of an answer as its events go by, before anybody changes them: what is charged is what the
 * upstream made, not what was made of it.
 */
import type { AnswerWhole, ChatEvent } from '@nearside/core'
import type { Heard } from './stream-tail.ts'

export type Watched = Heard & { readonly events: AsyncIterable<ChatEvent> }

export function watchEvents(events: AsyncIterable<ChatEvent>): Watched {
  const heard: { usage: Heard['usage']; seenTokens: number } = { usage: null, seenTokens: 0 }
  async function* watched(): AsyncGenerator<ChatEvent> {
    for await (const event of events) {
      if (event.usage !== null) heard.usage = event.usage
      for (const choice of event.choices) heard.seenTokens += 1 + tokensOf(choice.text, choice.toolCalls)
      yield event
    }
  }
  return {
    events: watched(),
    get usage() {
      return heard.usage
    },
    get seenTokens() {
      return heard.seenTokens
    },
  }
}

/** The size of an answer that came whole: it was seen whole, so its text is the estimate where no usage was given. */
export function sizeOf(answer: AnswerWhole): Heard {
  let seenTokens = 0
  for (const choice of answer.choices) seenTokens += 1 + tokensOf(choice.text, choice.toolCalls)
  return { usage: answer.usage, seenTokens }
}

/** Pessimistic: few tokens are shorter than three characters. */
function tokensOf(text: string, toolCalls: readonly { readonly arguments: string }[]): number {
  let chars = text.length
  for (const call of toolCalls) chars += call.arguments.length
  return Math.ceil(chars / 3)
}
