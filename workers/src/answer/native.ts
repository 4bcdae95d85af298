/**
 * Passes an upstream's stream on without reading it in JavaScript, and reads a copy once, at the end.
 *
 * The platform copies the stream natively (`tee`) and collects the copy, so a chunk costs no time of ours. The price
 * is in DESIGN of `onHangUp: 'finish'`: the upstream answers to its end even when the client has left, and a cut is
 * an aborted connection without an error event.
 */
import { isSseDone, openFinish, readChunk, sseReader, type Usage } from '@nearside/core'
import type { AnswerEnd } from './answer-end.ts'
import { bare, brokenOff, onGivenUp } from './broken-off.ts'
import { type Collected, collect, type Lead, openLead, tailChars } from './collect.ts'

export function native(
  body: ReadableStream<Uint8Array>,
  answers: number,
  signal: AbortSignal,
  onEnd: (ending: AnswerEnd) => void,
): { readonly body: ReadableStream<Uint8Array>; readonly watched: Promise<void> } {
  const [onward, copy] = body.tee()
  const lead = openLead()
  // A client that stalls keeps the copy waiting too, and whoever paid must not wait with it.
  onGivenUp(signal, (outcome, error) => onEnd({ outcome, usage: null, seenTokens: null, error }))
  const watched = collect(copy, lead).then(
    (collected) => onEnd(endingOf(collected, answers)),
    (error: unknown) =>
      onEnd({ outcome: 'cut', usage: null, seenTokens: null, error: brokenOff(error, signal) }),
  )
  return { body: quiet(onward, signal, lead), watched }
}

/**
 * The stream, with faults of ours in place of the platform's. workerd keeps its own to itself and needs no help; on
 * Node, where nothing passes natively anyway, they quote bytes of the answer, and the server prints them.
 */
function quiet(
  onward: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  lead: Lead,
): ReadableStream<Uint8Array> {
  if (typeof IdentityTransformStream !== 'undefined') return onward
  const reader = onward.getReader()
  // What was given up ends without anybody reading it.
  signal.addEventListener('abort', lead.gone, { once: true })
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          lead.taken(value?.byteLength ?? 0)
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          controller.error(bare(brokenOff(error, signal)))
        }
      },
      cancel(reason) {
        lead.gone()
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}

function endingOf({ text, chars }: Collected, answers: number): AnswerEnd {
  const end = readEnd(text.slice(-tailChars), answers)
  const whole = (end.usage === null || !end.done) && text.length > tailChars ? readEnd(text, answers) : end
  // What ended before it began was not heard at all.
  const seenTokens = chars === 0 ? null : Math.ceil(chars / 3)
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
