/** An answer on its way to the caller, and what it said once it is told: for whoever compares it with another. */
import { answerFold, type Choice, isSseDone, readChunk, sseReader } from '@nearside/core'
import type { Begun, PieceReader } from './attempt.ts'

export type Overheard = {
  /** To be carried in place of what was given. */
  readonly begun: Begun
  /** Null where the answer was not told to its end, or is longer than anybody compares. */
  readonly choices: Promise<readonly Choice[] | null>
}

const mostBytes = 256 * 1024

/** Null where nobody reads the answer here. */
export function overheard(begun: Begun): Overheard | null {
  if (begun.kind === 'native') return null
  if (begun.kind === 'whole') return { begun, choices: Promise.resolve(begun.answer.choices) }
  let tell: (choices: readonly Choice[] | null) => void = () => {}
  const choices = new Promise<readonly Choice[] | null>((resolve) => {
    tell = resolve
  })
  const pieces: Uint8Array[] = [begun.first]
  let bytes = begun.first.byteLength
  const hear = (value: Uint8Array | undefined): void => {
    if (value === undefined) tell(choicesOf(pieces))
    else if (bytes > mostBytes) tell(null)
    else {
      bytes += value.byteLength
      pieces.push(value)
    }
  }
  begun.deadline.signal.addEventListener('abort', () => tell(null), { once: true })
  const reader: PieceReader = {
    async read() {
      try {
        const read = await begun.reader.read()
        hear(read.value)
        return read
      } catch (error) {
        tell(null)
        throw error
      }
    },
    cancel(reason) {
      // Whoever has read the end of an answer lets the connection go.
      tell(choicesOf(pieces))
      return begun.reader.cancel(reason)
    },
  }
  return { begun: { ...begun, reader }, choices }
}

function choicesOf(pieces: readonly Uint8Array[]): readonly Choice[] | null {
  const decoder = new TextDecoder()
  const sse = sseReader()
  const fold = answerFold()
  try {
    for (const piece of pieces) {
      for (const message of sse.push(decoder.decode(piece, { stream: true }))) {
        if (isSseDone(message)) return fold.whole().choices
        fold.push(readChunk(message.data))
      }
    }
  } catch {
    // It broke off, or was no answer; its caller was told so.
  }
  return null
}
