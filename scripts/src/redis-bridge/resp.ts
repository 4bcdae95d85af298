/**
 * Redis' wire format, version 2: commands out, replies in, however the bytes are cut into chunks.
 *
 * Every token is read once: an array that is not complete yet waits on a stack, not in the bytes.
 */

/** A short answer such as `OK`, apart from a string that a key may hold. */
export class Status {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** An error that Redis answered, as a value: within a pipeline the other replies still count. */
export class Refusal {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Reply = Status | Refusal | Buffer | number | null | readonly Reply[]

export type Command = readonly string[]

export function writeCommands(commands: readonly Command[]): string {
  let text = ''
  for (const command of commands) {
    text += `*${command.length}\r\n`
    for (const word of command) text += `$${Buffer.byteLength(word)}\r\n${word}\r\n`
  }
  return text
}

const lineEnd = Buffer.from('\r\n')

type Frame = { readonly items: Reply[]; readonly length: number }
/** `undefined`: more bytes are needed. */
type Token = { readonly value: Reply } | { readonly open: number } | undefined

export class ReplyReader {
  readonly #onReply: (reply: Reply) => void
  readonly #frames: Frame[] = []
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0

  constructor(onReply: (reply: Reply) => void) {
    this.#onReply = onReply
  }

  push(chunk: Buffer): void {
    this.#bytes =
      this.#bytes.length === this.#at ? chunk : Buffer.concat([this.#bytes.subarray(this.#at), chunk])
    this.#at = 0
    for (let token = this.#token(); token !== undefined; token = this.#token()) {
      if ('open' in token) this.#frames.push({ items: [], length: token.open })
      else this.#deliver(token.value)
    }
  }

  #deliver(value: Reply): void {
    let whole = value
    for (let frame = this.#frames.at(-1); frame; frame = this.#frames.at(-1)) {
      frame.items.push(whole)
      if (frame.items.length < frame.length) return
      whole = frame.items
      this.#frames.pop()
    }
    this.#onReply(whole)
  }

  #token(): Token {
    const end = this.#bytes.indexOf(lineEnd, this.#at)
    if (end < 0) return undefined
    const type = String.fromCharCode(this.#bytes[this.#at] ?? 0)
    const line = this.#bytes.toString('utf8', this.#at + 1, end)
    const next = end + lineEnd.length
    if (type !== '$') this.#at = next
    switch (type) {
      case '+':
        return { value: new Status(line) }
      case '-':
        return { value: new Refusal(line) }
      case ':':
        return { value: Number(line) }
      case '*': {
        const length = lengthOf(line)
        if (length > 0) return { open: length }
        return { value: length === 0 ? [] : null }
      }
      case '$':
        return this.#string(lengthOf(line), next)
      default:
        throw new Error('What came is not in the format of Redis.')
    }
  }

  #string(length: number, from: number): Token {
    if (length < 0) {
      this.#at = from
      return { value: null }
    }
    const to = from + length
    if (this.#bytes.length < to + lineEnd.length) return undefined
    this.#at = to + lineEnd.length
    return { value: Buffer.from(this.#bytes.subarray(from, to)) }
  }
}

function lengthOf(line: string): number {
  const length = Number(line)
  if (Number.isInteger(length) && length >= -1) return length
  throw new Error('What came is not in the format of Redis.')
}
