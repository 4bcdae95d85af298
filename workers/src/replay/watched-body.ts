/**
 * Passes a body on and keeps a copy of its text, up to a bound: what is kept must be what the caller got, to its end.
 *
 * A caller who leaves ends the copy too, except where the upstream is let finish: there the rest is read for the copy alone. On
 * workerd the copy is then a stream of its own; elsewhere that would keep all that a caller who stalls has not taken.
 */
export type Watched = {
  readonly body: ReadableStream<Uint8Array>
  readonly text: Promise<Seen>
}

/** The text is null where the body was cut, left, or too long to be kept. */
export type Seen = { readonly complete: boolean; readonly text: string | null }

export function watchedBody(
  source: ReadableStream<Uint8Array>,
  mostChars: number,
  finishes: boolean,
): Watched {
  return finishes && typeof IdentityTransformStream !== 'undefined'
    ? copied(source, mostChars)
    : passedOn(source, mostChars, finishes)
}

function copied(source: ReadableStream<Uint8Array>, mostChars: number): Watched {
  const [body, copy] = source.tee()
  return { body, text: readOut(copy.getReader(), openCopy(mostChars)) }
}

async function readOut(reader: ReadableStreamDefaultReader<Uint8Array>, copy: Copy): Promise<Seen> {
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return copy.whole()
      copy.add(value)
    }
  } catch {
    return cut
  }
}

function passedOn(source: ReadableStream<Uint8Array>, mostChars: number, finishes: boolean): Watched {
  const reader = source.getReader()
  const copy = openCopy(mostChars)
  let end: (seen: Seen) => void = () => {}
  const text = new Promise<Seen>((resolve) => {
    end = resolve
  })
  let left = false
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          // Whoever reads on comes to the end; what was under way for the caller is the copy's all the same.
          if (left) return copy.add(value)
          if (done) {
            end(copy.whole())
            controller.close()
            return
          }
          copy.add(value)
          controller.enqueue(value)
        } catch (error) {
          end(cut)
          controller.error(error)
        }
      },
      cancel(reason) {
        if (finishes) {
          left = true
          readOut(reader, copy).then(end)
          return
        }
        end(cut)
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
  return { body, text }
}

const cut: Seen = { complete: false, text: null }

type Copy = { add(bytes: Uint8Array | undefined): void; whole(): Seen }

function openCopy(mostChars: number): Copy {
  const decoder = new TextDecoder()
  const pieces: string[] = []
  let chars = 0
  const note = (piece: string): void => {
    chars += piece.length
    if (chars <= mostChars) pieces.push(piece)
    else pieces.length = 0
  }
  return {
    add: (bytes) => note(decoder.decode(bytes, { stream: true })),
    whole() {
      note(decoder.decode())
      return { complete: true, text: chars <= mostChars ? pieces.join('') : null }
    },
  }
}
