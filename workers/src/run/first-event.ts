/**
 * Reads a stream as far as its first event, so that an upstream which only keeps the line open, or begins with an error,
 * can still be given up for another.
 *
 * Nothing is taken away: the bytes go on as they came. Nothing comes later either, since whoever passes the stream on
 * waits for whole events too, and nearly always the first chunk holds one.
 */
import { isSseDone, NearsideError, readChunk, sseReader } from '@nearside/core'
import { joined } from './joined.ts'

/** Far more than an upstream says to keep a line open; an event of this length has begun, whatever it is. */
const mostHeldBytes = 64 * 1024

/** The bytes up to the first chunk of an answer. Throws where the stream begins with something else. */
export async function untilFirstEvent(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array> {
  const decoder = new TextDecoder()
  const sse = sseReader()
  const held: Uint8Array[] = []
  for (let bytes = 0; bytes <= mostHeldBytes; ) {
    const { value } = await reader.read()
    if (value !== undefined) held.push(value)
    bytes += value?.byteLength ?? 0
    const text = value === undefined ? '' : decoder.decode(value, { stream: true })
    const [first] = value === undefined ? sse.end() : sse.push(text)
    if (first !== undefined) {
      if (!isSseDone(first)) readChunk(first.data)
      return joined(held)
    }
    if (value === undefined)
      throw new NearsideError('tier-failed', 'The upstream ended before it began to answer.')
  }
  return joined(held)
}
