/**
 * Watches a stream's text go by and touches only its end.
 *
 * The bytes of an answer pass as they came; what is looked for is the usage, the finish and `[DONE]`. Nearly every
 * chunk is whole events without any of these: one regular expression says so and the chunk's own bytes go on.
 * Only the last events are taken apart. The chunk with the finish is held until the next one is there (it follows
 * at once, and is never the first), because the `nearside` object belongs into the last chunk that the caller
 * sees and a usage chunk that the caller did not ask for is dropped.
 */
import {
  type Finish,
  isSseDone,
  type JsonObject,
  lastSseBoundary,
  NearsideError,
  openFinish,
  readChunk,
  sseDone,
  sseReader,
  type Usage,
  withNearside,
  writeSse,
} from '@nearside/core'

export type StreamTail = {
  /** The text to send on, or null where the chunk goes on as it came. Throws where the stream is no answer. */
  push(text: string): string | null
  /** The rest, at the end of the upstream's stream. Throws where that end came too soon. */
  end(): string
  readonly done: boolean
  readonly usage: Usage | null
  readonly seenTokens: number
}

/** What was heard of an answer's size. */
export type Heard = { readonly usage: Usage | null; readonly seenTokens: number }

/** The `nearside` object, once the answer's size is known. */
export type Closing = (heard: Heard, upstreamWire: string | null) => JsonObject

/** An event of an answer that is longer than this is no answer. */
const mostEventChars = 4 * 1024 * 1024

/** What ends an answer, and what only a gateway may say, however its key is spelt. One pass over each chunk. */
const remarkable = /"finish_reason":\s*"|"usage":\s*\{|\[DONE\]|"error"|^event:|\r|"nearside"|\\u00[67]/m

/** A chunk that is not the last one, without what only a gateway may say. */
const passedOn = (data: string): string => writeSse(withNearside(data, null))

/** `answers` is how many were asked for: the stream is complete when each has finished. */
export function openTail(wantsUsage: boolean, answers: number, closing: Closing): StreamTail {
  return new Tail(wantsUsage, answers, closing)
}

class Tail implements StreamTail {
  done = false
  usage: Usage | null = null
  readonly #wantsUsage: boolean
  readonly #closing: Closing
  /** Text of an event whose end has not come yet, in the pieces it came in: joined once. */
  #waiting: string[] = []
  #waitingChars = 0
  /** The JSON of the chunk that is held until it is known to be the last. */
  #held: string | null = null
  /** The usage chunk that the caller did not ask for; a node's own report stands in it. */
  #unwanted: string | null = null
  readonly #finish: Finish
  #events = 0
  #chars = 0
  #frameChars = 0

  constructor(wantsUsage: boolean, answers: number, closing: Closing) {
    this.#wantsUsage = wantsUsage
    this.#finish = openFinish(answers)
    this.#closing = closing
  }

  push(text: string): string | null {
    if (this.done) return ''
    this.#chars += text.length
    if (this.#waitingChars === 0 && this.#held === null && text.endsWith('\n\n') && !remarkable.test(text)) {
      this.#count(text)
      return null
    }
    return this.#takeApart(text)
  }

  end(): string {
    if (this.done) return ''
    const rest = this.#complete(`${this.#waiting.join('')}\n\n`)
    if (this.done) return rest
    if (!this.#finish.complete)
      throw new NearsideError('tier-failed', 'The upstream ended its answer before it was complete.')
    this.done = true
    return rest + this.#release() + sseDone
  }

  /** Each event is at least a token; what is longer than the first one's frame is text. */
  get seenTokens(): number {
    return this.#events + Math.ceil(Math.max(0, this.#chars - this.#events * this.#frameChars) / 3)
  }

  #takeApart(text: string): string {
    // Only the seam and the new text can hold a boundary: what waits was searched before.
    const seam = this.#waiting.at(-1)?.slice(-3) ?? ''
    const boundary = lastSseBoundary(seam + text) - seam.length
    if (boundary <= 0) {
      this.#wait(text)
      return ''
    }
    const complete = this.#waiting.join('') + text.slice(0, boundary)
    this.#waiting = []
    this.#waitingChars = 0
    this.#wait(text.slice(boundary))
    return this.#complete(complete)
  }

  #wait(text: string): void {
    if (text === '') return
    this.#waiting.push(text)
    this.#waitingChars += text.length
    if (this.#waitingChars > mostEventChars) {
      throw new NearsideError('tier-failed', 'The upstream sent an event that is longer than any answer.')
    }
  }

  #complete(text: string): string {
    this.#count(text)
    let out = ''
    for (const message of sseReader({ maxEventChars: mostEventChars }).push(text)) {
      if (this.done) break
      out += this.#message(message.data, isSseDone(message))
    }
    return out
  }

  #message(data: string, isDone: boolean): string {
    if (isDone) {
      this.done = true
      return this.#release() + sseDone
    }
    const chunk = readChunk(data)
    if (chunk.usage !== null) this.usage = chunk.usage
    if (chunk.choices.length === 0 && chunk.usage !== null) {
      if (!this.#wantsUsage) {
        this.#unwanted = data
        return ''
      }
      const before = this.#held === null ? '' : passedOn(this.#held)
      this.#held = data
      return before
    }
    const before = this.#held === null ? '' : passedOn(this.#held)
    this.#held = null
    if (!chunk.choices.some((choice) => choice.finishReason !== null)) return before + passedOn(data)
    this.#finish.note(chunk)
    this.#held = data
    return before
  }

  /** The last chunk, with what Nearside has to say. */
  #release(): string {
    const last = this.#held
    this.#held = null
    const nearside = this.#closing(this, this.#unwanted ?? last)
    return last === null ? '' : writeSse(withNearside(last, nearside))
  }

  #count(text: string): void {
    let events = 0
    for (let at = text.indexOf('\n\n'); at !== -1; at = text.indexOf('\n\n', at + 2)) events++
    if (this.#events === 0 && events > 0) this.#frameChars = Math.floor(text.length / events)
    this.#events += events
  }
}
