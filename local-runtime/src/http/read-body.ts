/**
 * Reads bodies as text within bounds: so many bytes each, counted as they come and whatever `content-length`
 * says; so many bytes of all bodies that are arriving at once; and so much time, so that a client that sends a
 * byte a minute holds nothing for long.
 *
 * What is left of a refused body is not read here. Whoever sends too much is told so with `connection: close`; the HTTP server
 * beneath lets others send on for half a second and then hangs up.
 */
import { NearsideError } from '@nearside/core'

export type BodyLimits = { readonly bodyLimitBytes: number; readonly bodyTimeoutMs: number }

export type ReadBody = (request: Request) => Promise<string>

/** How many bodies of the largest size may be arriving at once. */
const bodiesAtOnce = 8

export function bodyReader(limits: BodyLimits): ReadBody {
  let arriving = 0

  return async (request) => {
    requireJson(request.headers)
    if (Number(request.headers.get('content-length') ?? 0) > limits.bodyLimitBytes) throw tooLarge(limits)
    if (request.body === null)
      throw new NearsideError('bad-request', 'The body is empty; send a JSON object.')

    const reader = request.body.getReader()
    const deadline = timeUp(limits.bodyTimeoutMs)
    const chunks: Uint8Array[] = []
    let bytes = 0
    try {
      for (;;) {
        const { done, value } = await Promise.race([reader.read(), deadline.passed])
        if (done) return utf8(chunks)
        bytes += value.byteLength
        arriving += value.byteLength
        if (bytes > limits.bodyLimitBytes) throw tooLarge(limits)
        if (arriving > limits.bodyLimitBytes * bodiesAtOnce) {
          throw new NearsideError('queue-full', 'Too many large requests are arriving at once; try again.')
        }
        chunks.push(value)
      }
    } finally {
      arriving -= bytes
      deadline.clear()
    }
  }
}

function requireJson(headers: Headers): void {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new NearsideError('unsupported-media-type', 'The content-type must be application/json.', {
      param: 'content-type',
    })
  }
  const encoding = headers.get('content-encoding')
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    throw new NearsideError('unsupported-media-type', 'Send the body without a content-encoding.', {
      param: 'content-encoding',
    })
  }
}

function utf8(chunks: readonly Uint8Array[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw new NearsideError('bad-request', 'The body is not valid UTF-8.')
  }
}

function timeUp(timeoutMs: number): { readonly passed: Promise<never>; readonly clear: () => void } {
  let timer: NodeJS.Timeout | undefined
  const passed = new Promise<never>((_, reject) => {
    const late = new NearsideError('bad-request', `The body did not arrive within ${timeoutMs} ms.`)
    timer = setTimeout(reject, timeoutMs, late)
  })
  return { passed, clear: () => clearTimeout(timer) }
}

function tooLarge({ bodyLimitBytes }: BodyLimits): NearsideError {
  return new NearsideError('body-too-large', `The body is larger than ${bodyLimitBytes} bytes.`)
}
