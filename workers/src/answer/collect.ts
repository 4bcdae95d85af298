/**
 * Collects a copy of a stream as text, in bounded memory: all of what an answer can be; of what is longer, its end, where the
 * usage stands. Whoever sends without end, or faster than the client reads, fills nobody's memory.
 */

export type Collected = {
  /** All of it, or its end. */
  readonly text: string
  /** How long all of it was. */
  readonly chars: number
}

/** The usage stands near the end: everything before is looked at only where the end says nothing. */
export const tailChars = 16_384
/** Longer than any answer but one with all of its log-probabilities. */
const mostChars = 4 * 1024 * 1024
/** A piece costs time of ours: nearly every answer is one. */
const pieceBytes = 32_768
/** How far the copy may be ahead of the client where the platform keeps all that lies between. */
const mostAheadBytes = 4 * 1024 * 1024

/** What the client has not taken yet of what the copy has: only where nothing passes natively. */
export type Lead = {
  read(bytes: number): void
  taken(bytes: number): void
  /** Nobody takes any more. */
  gone(): void
  /** Waits until the client has caught up. */
  room(): Promise<void>
}

export function openLead(): Lead {
  let ahead = 0
  let over = false
  let wake: () => void = () => {}
  return {
    read(bytes) {
      ahead += bytes
    },
    taken(bytes) {
      ahead -= bytes
      wake()
    },
    gone() {
      over = true
      wake()
    },
    async room() {
      while (!over && ahead > mostAheadBytes) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

export async function collect(copy: ReadableStream<Uint8Array>, lead: Lead): Promise<Collected> {
  const next = piecesOf(copy, lead)
  const decoder = new TextDecoder()
  let text = ''
  let chars = 0
  for (;;) {
    const bytes = await next()
    const piece = decoder.decode(bytes, { stream: bytes !== undefined })
    chars += piece.length
    text += piece
    if (bytes === undefined) return { text, chars }
    if (text.length > mostChars) text = text.slice(-tailChars)
  }
}

/**
 * On workerd through a pipe of its own: read directly, the copy asks for as much as its buffer holds before it takes anything,
 * and the copied stream gives its other branch nothing until then: the client would get the whole answer at its end.
 */
function piecesOf(copy: ReadableStream<Uint8Array>, lead: Lead): () => Promise<Uint8Array | undefined> {
  if (typeof IdentityTransformStream === 'undefined') {
    const reader = copy.getReader()
    return async () => {
      await lead.room()
      const { value } = await reader.read()
      lead.read(value?.byteLength ?? 0)
      return value
    }
  }
  const reader = copy.pipeThrough(new IdentityTransformStream()).getReader({ mode: 'byob' })
  let ended = false
  return async () => {
    if (ended) return undefined
    const { value } = await reader.readAtLeast(pieceBytes, new Uint8Array(pieceBytes))
    // Less than was asked for is the end, and to ask for that as well would cost as much again.
    ended = value === undefined || value.byteLength < pieceBytes
    return value
  }
}
