/**
 * Reads HTTP/1.1 responses out of the bytes of one connection, as they come.
 *
 * A load generator that spends more on reading than the server spends on answering measures itself, so nothing
 * is copied but headers: body bytes are handed on where they lie. Content-length, chunked and bodiless responses
 * are all that a server may send on a connection that stays open; anything else is an error, never a guess.
 */

export type ResponseHandler = {
  head(status: number, headers: readonly (readonly [name: string, value: string])[]): void
  /** A part of the body: `buffer` from `start` up to `end`. It is only valid during the call. */
  data(buffer: Buffer, start: number, end: number): void
  /** The response is complete. */
  end(): void
}

type State = 'status' | 'headers' | 'body' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers'

const lineFeed = 10
const longestLineBytes = 1024 * 1024

export class ResponseReader {
  readonly #handler: ResponseHandler
  #state: State = 'status'
  #line = ''
  #remaining = 0
  #status = 0
  #headers: [string, string][] = []

  constructor(handler: ResponseHandler) {
    this.#handler = handler
  }

  /** Whether a response has begun and is not complete. */
  get inside(): boolean {
    return this.#state !== 'status' || this.#line !== ''
  }

  push(buffer: Buffer): void {
    let at = 0
    while (at < buffer.length) {
      if (this.#state === 'body' || this.#state === 'chunk') {
        const end = Math.min(buffer.length, at + this.#remaining)
        this.#remaining -= end - at
        this.#handler.data(buffer, at, end)
        at = end
        if (this.#remaining > 0) return
        if (this.#state === 'body') this.#finish()
        else this.#state = 'chunk-end'
        continue
      }

      const feed = buffer.indexOf(lineFeed, at)
      this.#line += buffer.toString('latin1', at, feed === -1 ? buffer.length : feed)
      if (this.#line.length > longestLineBytes) throw new Error('a line of the response has no end')
      if (feed === -1) return
      at = feed + 1
      const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line
      this.#line = ''
      this.#readLine(line)
    }
  }

  #readLine(line: string): void {
    switch (this.#state) {
      case 'status': {
        const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(line)?.[1]
        if (status === undefined) throw new Error(`not a status line: ${line.slice(0, 80)}`)
        this.#status = Number(status)
        this.#headers = []
        this.#state = 'headers'
        return
      }
      case 'headers':
        if (line === '') this.#beginBody()
        else this.#headers.push(readField(line))
        return
      case 'chunk-size': {
        const size = /^[0-9a-f]{1,12}(?=\s*(?:;|$))/i.exec(line)?.[0]
        if (size === undefined) throw new Error(`not the size of a chunk: ${line.slice(0, 80)}`)
        this.#remaining = Number.parseInt(size, 16)
        this.#state = this.#remaining === 0 ? 'trailers' : 'chunk'
        return
      }
      case 'chunk-end':
        if (line !== '') throw new Error('a chunk is longer than its size')
        this.#state = 'chunk-size'
        return
      case 'trailers':
        if (line === '') this.#finish()
        return
      case 'body':
      case 'chunk':
        throw new Error('a body has no lines')
    }
  }

  #beginBody(): void {
    // An interim response: the real one follows.
    if (this.#status < 200) {
      this.#state = 'status'
      return
    }
    this.#handler.head(this.#status, this.#headers)
    if (this.#status === 204 || this.#status === 304) {
      this.#finish()
    } else if (this.#field('transfer-encoding')?.toLowerCase() === 'chunked') {
      this.#state = 'chunk-size'
    } else {
      const length = this.#field('content-length')
      if (length === undefined || !/^\d+$/.test(length))
        throw new Error('a response has neither length nor chunks')
      this.#remaining = Number(length)
      if (this.#remaining === 0) this.#finish()
      else this.#state = 'body'
    }
  }

  #field(name: string): string | undefined {
    return this.#headers.find(([key]) => key === name)?.[1]
  }

  #finish(): void {
    this.#state = 'status'
    this.#handler.end()
  }
}

function readField(line: string): [string, string] {
  const colon = line.indexOf(':')
  if (colon < 1) throw new Error(`not a header: ${line.slice(0, 80)}`)
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}
