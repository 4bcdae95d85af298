/**
 * The text of server-sent events, read and written: nothing else in the project knows it.
 *
 * Reading follows the WHATWG standard (LF, CRLF or CR; several `data` lines joined; comments, `id` and `retry`
 * passed over; one byte order mark; an event without data is none), with one tolerance: an event that the end
 * of the stream cuts off before its blank line is still delivered, because servers of this format forget the
 * last line break, and the openai SDK delivers it too. Whether the answer was whole is for the reader of the
 * events to say, by `[DONE]` or a finish reason, never by the last line break.
 *
 * Each character is looked at a fixed number of times: only new text is searched for line ends, and what waits
 * for its line end is held as pieces and joined once. So an event of a megabyte that comes a byte at a time
 * costs linear time.
 */
import { NearsideError } from '../fault/nearside-error.ts'

export type SseMessage = { readonly event: string | null; readonly data: string }

export type SseReaderOptions = {
  /** The longest event that is held, in characters. @default 8388608 */
  readonly maxEventChars?: number
}

export type SseReader = {
  /** The events that this text completes. */
  push(text: string): readonly SseMessage[]
  /** The event that was still open at the end of the stream, if it has data. */
  end(): readonly SseMessage[]
}

export function sseReader(options: SseReaderOptions = {}): SseReader {
  const maxEventChars = options.maxEventChars ?? 8_388_608
  let begun = false
  let afterReturn = false
  /** The line that still waits for its end, and how long it is so far. */
  let pieces: string[] = []
  let lineChars = 0
  let event = ''
  let data: string[] = []
  let dataChars = 0

  function count(chars: number): void {
    lineChars += chars
    if (dataChars + lineChars > maxEventChars) {
      throw new NearsideError(
        'tier-failed',
        `The upstream sent an event longer than ${maxEventChars} characters.`,
      )
    }
  }

  function closeEvent(messages: SseMessage[]): void {
    if (data.length > 0) messages.push({ event: event === '' ? null : event, data: data.join('\n') })
    event = ''
    data = []
    dataChars = 0
  }

  function readLine(line: string, messages: SseMessage[]): void {
    lineChars = 0
    if (line === '') {
      closeEvent(messages)
      return
    }
    const colon = line.indexOf(':')
    if (colon === 0) return
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === 0x20 ? colon + 2 : colon + 1)
    if (name === 'event') event = value
    if (name !== 'data') return
    data.push(value)
    // Empty lines of data hold memory too.
    dataChars += value.length + 1
  }

  function push(text: string): readonly SseMessage[] {
    const messages: SseMessage[] = []
    if (text === '') return messages
    let at = 0
    if (!begun) {
      begun = true
      if (text.charCodeAt(0) === 0xfeff) at = 1
    }
    if (afterReturn && at < text.length) {
      afterReturn = false
      if (text.charCodeAt(at) === 0x0a) at++
    }

    let feed = text.indexOf('\n', at)
    let back = text.indexOf('\r', at)
    while (feed >= 0 || back >= 0) {
      const returns = back >= 0 && (feed < 0 || back < feed)
      const end = returns ? back : feed
      count(end - at + 1)
      if (pieces.length === 0) {
        readLine(text.slice(at, end), messages)
      } else {
        pieces.push(text.slice(at, end))
        const line = pieces.join('')
        pieces = []
        readLine(line, messages)
      }
      at = end + 1
      if (returns) {
        if (at === text.length) afterReturn = true
        else if (text.charCodeAt(at) === 0x0a) at++
      }
      if (feed >= 0 && feed < at) feed = text.indexOf('\n', at)
      if (back >= 0 && back < at) back = text.indexOf('\r', at)
    }

    if (at < text.length) {
      count(text.length - at)
      pieces.push(text.slice(at))
    }
    return messages
  }

  function end(): readonly SseMessage[] {
    const messages: SseMessage[] = []
    const line = pieces.join('')
    pieces = []
    if (line !== '') readLine(line, messages)
    closeEvent(messages)
    return messages
  }

  return { push, end }
}

export function writeSse(data: string): string {
  // Most data is one line of JSON; the split is for upstreams that print theirs over several.
  if (!data.includes('\n') && !data.includes('\r')) return `data: ${data}\n\n`
  return `data: ${data.split(/\r\n|\n|\r/).join('\ndata: ')}\n\n`
}

/**
 * The event that ends a stream which went wrong; `body` is the JSON of an error answer. It has no event name,
 * because every client looks into `data` and the openai SDK throws on an `error` member there.
 */
export function writeSseError(body: string): string {
  return writeSse(body)
}

export const sseDone: string = 'data: [DONE]\n\n'

export function isSseDone(message: SseMessage): boolean {
  return message.data === '[DONE]'
}

/**
 * Where the last whole event of a text ends: the index behind its last blank line, or 0. Lines end with LF or
 * CRLF. It lets text pass as it came, event by event, without being read.
 */
export function lastSseBoundary(text: string): number {
  if (text.endsWith('\n\n')) return text.length
  const feeds = text.lastIndexOf('\n\n') + 2
  const returns = text.lastIndexOf('\n\r\n') + 3
  return Math.max(feeds === 1 ? 0 : feeds, returns === 2 ? 0 : returns)
}
