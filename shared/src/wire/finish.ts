/**
 * Whether an answer was told to its end: every choice that was asked for has said how it finished. A stream that ends
 * before that was cut, however cleanly its connection was closed.
 */
import type { AnswerDelta } from '../chat/chat-event.ts'

export type Finish = {
  note(delta: AnswerDelta): void
  readonly complete: boolean
}

/** `answers` is how many were asked for (`n`). */
export function openFinish(answers: number): Finish {
  const finished = new Set<number>()
  return {
    note({ choices }) {
      for (const { index, finishReason } of choices) if (finishReason !== null) finished.add(index)
    },
    get complete() {
      return finished.size >= answers
    },
  }
}
