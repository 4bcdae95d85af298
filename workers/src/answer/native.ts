/**
 * Passes an upstream's stream on without reading it in JavaScript, and reads a copy once, at the end.
 *
 * The platform copies the stream natively (`tee`) and collects the copy, so a chunk costs no time of ours. The price
 * is in DESIGN of `onHangUp: 'finish'`: the upstream answers to its end even when the client has left, and a cut is
 * an aborted connection without an error event.
 */
import { isSseDone, openFinish, readChunk, sseReader, type Usage } from '@nearside/core'
import type { AnswerEnd } from './answer-end.ts'
import { bare, brokenOff } from './broken-off.ts'

export function native(
  body: ReadableStream<Uint8Array>,
  answers: number,
  signal: AbortSignal,
  onEnd: (ending: AnswerEnd) => void,
): { readonly body: ReadableStream<Uint8Array>; readonly watched: Promise<void> } {
  const [onward, copy] = body.tee()
  const watched = collect(copy).then(
    (text) => onEnd(endingOf(text, answers)),
    (error: unknown) =>
      onEnd({ outcome: 'cut', usage: null, seenTokens: null, error: brokenOff(error, signal) }),
  )
  return { body: quiet(onward, signal), watched }
}

/**
 * Collects the copy as text. On workerd through a pipe of its own: read directly, the copy asks for as much as its
 * buffer holds before it takes anything, and the copied stream gives its other branch nothing until then: the client
 * would get the whole answer at its end.
 */
function collect(copy: ReadableStream<Uint8Array>): Promise<string> {
  if (typeof IdentityTransformStream === 'undefined') return collectPieces(copy)
  return new Response(copy.pipeThrough(new IdentityTransformStream())).text()
}

/** Piece by piece: Deno's own `text()` of a copy gives the other branch nothing until the end. */
async function collectPieces(copy: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  const reader = copy.getReader()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    text += decoder.decode(value, { stream: true })
  }
}

/**
 * The stream, with faults of ours in place of the platform's. workerd keeps its own to itself and needs no help; on
 * Node, where nothing passes natively anyway, they quote bytes of the answer, and the server prints them.
 */
function quiet(onward: ReadableStream<Uint8Array>, signal: AbortSignal): ReadableStream<Uint8Array> {
  if (typeof IdentityTransformStream !== 'undefined') return onward
  const reader = onward.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          controller.error(bare(brokenOff(error, signal)))
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

/** The usage stands near the end: everything before is looked at only where the end says nothing. */
const tailChars = 16_384

function endingOf(text: string, answers: number): AnswerEnd {
  const end = readEnd(text.slice(-tailChars), answers)
  const whole = (end.usage === null || !end.done) && text.length > tailChars ? readEnd(text, answers) : end
  // What ended before it began was not heard at all.
  const seenTokens = text === '' ? null : Math.ceil(text.length / 3)
  return { outcome: whole.done ? 'answered' : 'cut', usage: whole.usage, seenTokens, error: null }
}

function readEnd(text: string, answers: number): { readonly usage: Usage | null; readonly done: boolean } {
  let usage: Usage | null = null
  let done = false
  const finish = openFinish(answers)
  const reader = sseReader()
  for (const message of [...reader.push(text), ...reader.end()]) {
    if (isSseDone(message)) done = true
    else if (message.data.includes('"usage"') || message.data.includes('"finish_reason"')) {
      const chunk = readQuietly(message.data)
      usage = chunk?.usage ?? usage
      if (chunk !== null) finish.note(chunk)
    }
  }
  return { usage, done: done || finish.complete }
}

/** The first event of the tail may be half of one, and what passed as it came may be anything. */
function readQuietly(data: string): ReturnType<typeof readChunk> | null {
  try {
    return readChunk(data)
  } catch {
    return null
  }
}
