/**
 * Reads an upstream's answer as text, and refuses one that is larger than any answer should be.
 *
 * Where the length was declared the platform reads it, and nobody here sees it come. Otherwise it is read in pieces, and
 * whoever minds a pause hears of each, from the first on that says anything: blank lines are how some upstreams say that they
 * are still at work.
 */
import { NearsideError } from '@nearside/core'

/** Told with the reader, which may be given up. */
export type HearPiece = (reader: Pick<ReadableStreamDefaultReader<Uint8Array>, 'cancel'>) => void

export async function readBounded(
  response: Response,
  limitBytes: number,
  heard?: HearPiece,
): Promise<string> {
  const declared = response.headers.get('content-length')
  // With a content coding the declared length is not that of the text, and chunks need not keep to it.
  const kept = !['content-encoding', 'transfer-encoding'].some((name) => response.headers.has(name))
  if (declared !== null && Number(declared) <= limitBytes && kept) return response.text()
  if (response.body === null) return ''

  const decoder = new TextDecoder()
  const reader = response.body.getReader()
  let text = ''
  let bytes = 0
  let begun = false
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > limitBytes) {
      reader.cancel().catch(() => {})
      throw new NearsideError('tier-failed', `The upstream's answer is larger than ${limitBytes} bytes.`)
    }
    const piece = decoder.decode(value, { stream: true })
    text += piece
    begun ||= /\S/.test(piece)
    if (begun) heard?.(reader)
  }
}
