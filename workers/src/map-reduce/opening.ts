/**
 * The first words of a stream: whether whoever sums up answers, or asks for more of the document. An answer goes on with what was read
 * of it; a wish for more is read to its end, and goes on as well where it is none.
 */
import { beginsJobs, isSseDone, readChunk, sseReader, type Usage } from '@nearside/core'
import type { Begun } from '../run/attempt.ts'
import { joined } from '../run/joined.ts'

type Streamed = Begun & { readonly kind: 'read' }

export type Opening =
  | { readonly kind: 'answer'; readonly first: Uint8Array }
  | { readonly kind: 'jobs'; readonly first: Uint8Array; readonly text: string; readonly usage: Usage | null }

/** A plan that is longer is none, and may be an answer. */
const mostChars = 64 * 1024

export async function readOpening({ first, reader, deadline }: Streamed): Promise<Opening> {
  const decoder = new TextDecoder()
  const sse = sseReader({ maxEventChars: 4 * 1024 * 1024 })
  const pieces: Uint8Array[] = []
  let text = ''
  let usage: Usage | null = null
  let isJobs: boolean | null = null
  let ended = false
  for (let piece: Uint8Array | undefined = first; ; piece = (await reader.read()).value) {
    deadline.heard()
    const messages = piece === undefined ? sse.end() : sse.push(decoder.decode(piece, { stream: true }))
    if (piece !== undefined) pieces.push(piece)
    for (const message of messages) {
      if (isSseDone(message)) {
        ended = true
        continue
      }
      const delta = readChunk(message.data)
      for (const choice of delta.choices) if (choice.index === 0) text += choice.text
      usage = delta.usage ?? usage
    }
    ended ||= piece === undefined
    isJobs ??= beginsJobs(text)
    if (isJobs === false || (ended && isJobs === null)) return { kind: 'answer', first: joined(pieces) }
    if (isJobs === true && (ended || text.length > mostChars)) {
      // Of what is too long to be one the rest is still to come.
      if (!ended) return { kind: 'answer', first: joined(pieces) }
      deadline.clear()
      return { kind: 'jobs', first: joined(pieces), text, usage }
    }
  }
}
