/**
 * Passes a body on and keeps a copy of its text, up to a bound: what is kept must be what the caller got, to its end.
 *
 * A caller who leaves ends the copy too, unless the upstream is let finish: then the rest is read for the copy alone.
 */
export type Watched = {
  readonly body: ReadableStream<Uint8Array>
  /** The whole text; null where it was cut, left, or too long to be kept. */
  readonly text: Promise<{ readonly complete: boolean; readonly text: string | null }>
}

export function watchedBody(
  source: ReadableStream<Uint8Array>,
  mostChars: number,
  finishes: boolean,
): Watched {
  const reader = source.getReader()
  const decoder = new TextDecoder()
  const pieces: string[] = []
  let chars = 0
  let end: (seen: { complete: boolean; text: string | null }) => void = () => {}
  const text = new Promise<{ complete: boolean; text: string | null }>((resolve) => {
    end = resolve
  })

  function note(piece: string): void {
    chars += piece.length
    if (chars <= mostChars) pieces.push(piece)
    else pieces.length = 0
  }
  async function next(): Promise<Uint8Array | null> {
    const { done, value } = await reader.read()
    if (!done) {
      note(decoder.decode(value, { stream: true }))
      return value
    }
    note(decoder.decode())
    end({ complete: true, text: chars <= mostChars ? pieces.join('') : null })
    return null
  }
  const broken = (): void => end({ complete: false, text: null })

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const value = await next()
          if (value === null) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          broken()
          controller.error(error)
        }
      },
      async cancel(reason) {
        if (!finishes) {
          broken()
          return reader.cancel(reason)
        }
        try {
          while ((await next()) !== null);
        } catch {
          broken()
        }
      },
    },
    { highWaterMark: 0 },
  )
  return { body, text }
}
