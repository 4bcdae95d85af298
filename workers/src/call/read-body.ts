/**
 * Reads a body as text within a bound of bytes and of time.
 *
 * The declared length is checked before a byte is read; a body without one is counted as it comes, so that an
 * endless body costs at most the limit. The time bound ends a body that drips.
 */
import { NearsideError } from '@nearside/core'
import type { Alarm } from './alarm.ts'

export type BodyBounds = { readonly limitBytes: number; readonly limitMs: number; readonly endsAt: number }

export async function readBody(request: Request, bounds: BodyBounds, alarm: Alarm): Promise<string> {
  const { limitBytes } = bounds
  const declared = request.headers.get('content-length')
  const bytes = declared === null ? null : Number(declared)
  if (bytes !== null && bytes > limitBytes) throw tooLarge(limitBytes)
  if (request.body === null) return ''

  try {
    const reading = bytes === null ? readCounted(request.body, limitBytes) : readDeclared(request, bytes)
    return await inTime(reading, bounds, alarm)
  } catch (error) {
    alarm.clear()
    if (error instanceof NearsideError) throw error
    throw new NearsideError('bad-request', 'The body ended before it was complete.', { cause: error })
  }
}

function inTime(reading: Promise<string>, { limitMs, endsAt }: BodyBounds, alarm: Alarm): Promise<string> {
  return new Promise((resolve, reject) => {
    alarm.set(endsAt, () => reject(tooSlow(limitMs)))
    reading.then((text) => {
      alarm.rest()
      resolve(text)
    }, reject)
  })
}

/**
 * The platform reads text faster than bytes, but writes a replacement for what is no UTF-8. A text with such a character
 * in it has as many bytes as were declared only where the caller sent the character itself, or cut an emoji short.
 */
async function readDeclared(request: Request, bytes: number): Promise<string> {
  const text = await request.text()
  if (text.includes('\ufffd') && encoder.encode(text).byteLength !== bytes) throw notText()
  return text
}

const encoder = new TextEncoder()

async function readCounted(body: ReadableStream<Uint8Array>, limitBytes: number): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  const reader = body.getReader()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoded(decoder)
    bytes += value.byteLength
    if (bytes > limitBytes) {
      // Not awaited: a client that never stops sending must not hold up its own refusal.
      reader.cancel().catch(() => {})
      throw tooLarge(limitBytes)
    }
    text += decoded(decoder, value, { stream: true })
  }
}

/** What is no UTF-8 is refused: with replacements it would be another text than the one that was sent. */
function decoded(decoder: TextDecoder, ...[bytes, options]: Parameters<TextDecoder['decode']>): string {
  try {
    return decoder.decode(bytes, options)
  } catch (cause) {
    throw notText(cause)
  }
}

function notText(cause?: unknown): NearsideError {
  return new NearsideError('bad-request', 'The body is not valid UTF-8.', { cause })
}

function tooLarge(limitBytes: number): NearsideError {
  return new NearsideError('body-too-large', `The body may have at most ${limitBytes} bytes.`)
}

function tooSlow(limitMs: number): NearsideError {
  return new NearsideError('bad-request', `The body was not complete within ${limitMs} ms.`)
}
