/** Reads an upstream's answer as text, and refuses one that is larger than any answer should be. */
import { NearsideError } from '@nearside/core'

export async function readBounded(response: Response, limitBytes: number): Promise<string> {
  const declared = response.headers.get('content-length')
  // With a content coding the declared length is not that of the text, and chunks need not keep to it.
  const kept = !['content-encoding', 'transfer-encoding'].some((name) => response.headers.has(name))
  if (declared !== null && Number(declared) <= limitBytes && kept) return response.text()
  if (response.body === null) return ''

  const decoder = new TextDecoder()
  const reader = response.body.getReader()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > limitBytes) {
      reader.cancel().catch(() => {})
      throw new NearsideError('tier-failed', `The upstream's answer is larger than ${limitBytes} bytes.`)
    }
    text += decoder.decode(value, { stream: true })
  }
}
