/**
 * Sends a stream of text as it is asked for, and ends it in one of three ways: whole; cut off after an error
 * event, so that no client takes the end for success; or dropped, when the client left or reads no more.
 */
import type { ServerResponse } from 'node:http'
import { errorAnswer, type NearsideError, writeSseError } from '@nearside/core'

export type SseOptions = {
  readonly outgoing: ServerResponse
  readonly headers: Readonly<Record<string, string>>
  readonly readerTimeoutMs: number
  readonly toFault: (error: unknown) => NearsideError
}

export function sseResponse(texts: AsyncGenerator<string>, options: SseOptions): Response {
  const { outgoing } = options
  const encoder = new TextEncoder()
  let reading: NodeJS.Timeout | undefined
  let failed = false

  const body = new ReadableStream<Uint8Array>(
    {
      // Called when the client has taken what came before.
      async pull(controller) {
        clearTimeout(reading)
        if (failed) {
          cut(outgoing)
          return
        }
        let text: string
        try {
          const next = await texts.next()
          if (next.done === true) return controller.close()
          text = next.value
        } catch (error) {
          failed = true
          text = writeSseError(errorAnswer(options.toFault(error)).body)
        }
        controller.enqueue(encoder.encode(text))
        reading = setTimeout(() => outgoing.destroy(), options.readerTimeoutMs)
      },
      cancel: () => clearTimeout(reading),
    },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      ...options.headers,
    },
  })
}

/** Sends what is written and closes the connection without the mark that ends an answer properly. */
function cut(outgoing: ServerResponse): void {
  if (outgoing.socket === null) outgoing.destroy()
  else outgoing.socket.destroySoon()
}
