/**
 * The text of a streamed answer. The `nearside` object goes with the last chunk, so a chunk that could be the
 * last waits for its successor; chunks with text never wait.
 */
import {
  type AnswerDelta,
  chunkWriter,
  type Envelope,
  type JsonObject,
  sseDone,
  writeSse,
} from '@nearside/core'
import type { RunningAnswer } from './run-answer.ts'

export type StreamOptions = {
  readonly envelope: Envelope
  readonly includeUsage: boolean
  /** Read when the last chunk is written. */
  readonly nearside: () => JsonObject
}

/** `first` was read already, to know that there is an answer before the headers went out. */
export async function* writeStream(
  first: AnswerDelta | null,
  answer: RunningAnswer,
  options: StreamOptions,
): AsyncGenerator<string> {
  const write = chunkWriter(options.envelope)
  let held: AnswerDelta | null = null

  for (let chunk = first; chunk !== null; chunk = await answer.next()) {
    if (isUsage(chunk) && !options.includeUsage) continue
    if (held !== null) yield writeSse(write(held, null))
    held = isUsage(chunk) || chunk.choices.some(({ finishReason }) => finishReason !== null) ? chunk : null
    if (held === null) yield writeSse(write(chunk, null))
  }
  if (held !== null) yield writeSse(write(held, options.nearside()))
  yield sseDone
}

function isUsage(chunk: AnswerDelta): boolean {
  return chunk.choices.length === 0
}
