/**
 * Collects a stream as text, in bounded memory: all of what an answer can be; of what is longer, its end, where the usage
 * stands. Whoever sends without end fills nobody's memory.
 */

export type Collected = {
  /** All of it, or its end. */
  readonly text: string
  /** How long all of it was. */
  readonly chars: number
  /** Undefined at the end. */
  add(bytes: Uint8Array | undefined): void
}

/** The usage stands near the end: everything before is looked at only where the end says nothing. */
export const tailChars = 16_384
/** Longer than any answer but one with all of its log-probabilities. */
const mostChars = 4 * 1024 * 1024

export function openCollected(): Collected {
  const decoder = new TextDecoder()
  let text = ''
  let chars = 0
  return {
    get text() {
      return text
    },
    get chars() {
      return chars
    },
    add(bytes) {
      const piece = decoder.decode(bytes, { stream: bytes !== undefined })
      chars += piece.length
      text += piece
      if (text.length > mostChars) text = text.slice(-tailChars)
    },
  }
}

/** A piece costs time of ours: nearly every answer is one. */
const pieceBytes = 32_768

/**
 * A copy is read through a pipe of its own: read directly, it asks for as much as its buffer holds before it takes anything,
 * and the copied stream gives its other branch nothing until then: the client would get the whole answer at its end.
 */
export async function collectCopy(copy: ReadableStream<Uint8Array>, collected: Collected): Promise<void> {
  const reader = copy.pipeThrough(new IdentityTransformStream()).getReader({ mode: 'byob' })
  for (;;) {
    const { value } = await reader.readAtLeast(pieceBytes, new Uint8Array(pieceBytes))
    collected.add(value)
    // Less than was asked for is the end, and to ask for that as well would cost as much again.
    if (value === undefined || value.byteLength < pieceBytes) return
  }
}
