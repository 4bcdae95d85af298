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
import { type Collected, collectCopy, openCollected, tailChars } from './collect.ts'

export function native(
  body: ReadableStream<Uint8Array>,
  answers: number,
  signal: AbortSignal,
  onEnd: (ending: AnswerEnd) => void,
): { readonly body: ReadableStream<Uint8Array>; readonly watched: Promise<void> } {
  const collected = openCollected()
  // A client that stalls keeps the copy waiting too, and whoever paid must not wait with it.
  onGivenUp(signal, (outcome, error) => onEnd({ outcome, usage: null, seenTokens: null, error }))
  const whole = (): void => onEnd(endingOf(collected, answers))
  const broken = (error: unknown): void =>
    onEnd({ outcome: 'cut', usage: null, seenTokens: null, error: brokenOff(error, signal) })
  if (typeof IdentityTransformStream === 'undefined') return readHere(body, collected, signal, whole, broken)
  const [onward, copy] = body.tee()
  return { body: onward, watched: collectCopy(copy, collected).then(whole, broken) }
}

/**
 * Node, Bun and Deno copy in JavaScript, and keep what the slower branch has not taken, however much it is. There the client's
 * pull drives the read, and when the client has left the rest is read for nobody. The platforms' own faults quote bytes of the answer,
 * and a server prints them: ours stand in their place.
 */
function readHere(
  body: ReadableStream<Uint8Array>,
  collected: Collected,
  signal: AbortSignal,
  whole: () => void,
  broken: (error: unknown) => void,
): ReturnType<typeof native> {
  const reader = body.getReader()
  let over: () => void = () => {}
  const watched = new Promise<void>((resolve) => {
    over = resolve
  })
  signal.addEventListener('abort', over, { once: true })
  async function next(): Promise<Uint8Array | undefined> {
    try {
      const { value } = await reader.read()
      collected.add(value)
      if (value === undefined) {
        whole()
        over()
      }
      return value
    } catch (error) {
      broken(error)
      over()
      throw bare(brokenOff(error, signal))
    }
  }
  async function readOut(): Promise<void> {
    while ((await next()) !== undefined);
  }
  const onward = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const value = await next()
        if (value === undefined) controller.close()
        else controller.enqueue(value)
      },
      cancel() {
        readOut().catch(() => {})
      },
    },
    { highWaterMark: 0 },
  )
  return { body: onward, watched }
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
