/**
 * Reads a body as text within a bound of bytes and of time.
 *
 * The declared length is checked before a byte is read; a body without one is counted as it comes, so that an
 * endless body costs at most the limit. The time bound ends a body that drips.
 */
import { NearsideError } from '@nearside/core'

export async function readBody(request: Request, limitBytes: number, limitMs: number): Promise<string> {
  const declared = request.headers.get('content-length')
  if (declared !== null && Number(declared) > limitBytes) throw tooLarge(limitBytes)
  if (request.body === null) return ''

  let timer: ReturnType<typeof setTimeout> | null = null
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NearsideError('bad-request', tooSlow(limitMs))), limitMs)
  })
  const reading =
    declared === null
      ? readCounted(request.body, limitBytes)
      : request.arrayBuffer().then((bytes) => decoded(wholeText, bytes))
  try {
    return await Promise.race([reading, late])
  } catch (error) {
    if (error instanceof NearsideError) throw error
    throw new NearsideError('bad-request', 'The body ended before it was complete.', { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

async function readCounted(body: ReadableStream<Uint8Array>, limitBytes: number): Promise<string> {
  const decoder = utf8()
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

function utf8(): TextDecoder {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
}

/** Keeps nothing between two whole texts, so one serves all requests. */
const wholeText = utf8()

/** What is no UTF-8 is refused: with replacements it would be another text than the one that was sent. */
function decoded(decoder: TextDecoder, ...[bytes, options]: Parameters<TextDecoder['decode']>): string {
  try {
    return decoder.decode(bytes, options)
  } catch (cause) {
    throw new NearsideError('bad-request', 'The body is not valid UTF-8.', { cause })
  }
}

function tooLarge(limitBytes: number): NearsideError {
  return new NearsideError('body-too-large', `The body may have at most ${limitBytes} bytes.`)
}

function tooSlow(limitMs: number): string {
  return `The body was not complete within ${limitMs} ms.`
}
