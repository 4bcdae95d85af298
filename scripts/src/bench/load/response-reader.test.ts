import { describe, expect, it } from 'vitest'
import { ResponseReader } from './response-reader.ts'

const sized = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b: c\r\n\r\nhello'
const chunked =
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nB;x=y\r\n, my\r\nworld\r\n0\r\nx-end: 1\r\n\r\n'
const bare = 'HTTP/1.1 204 No Content\r\n\r\n'
const interim = 'HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n'
const empty = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n'

function read(parts: Iterable<Buffer>): string[] {
  const seen: string[] = []
  let body = ''
  const reader = new ResponseReader({
    head: (status) => {
      seen.push(String(status))
    },
    data: (buffer, start, end) => {
      body += buffer.toString('latin1', start, end)
    },
    end: () => {
      seen.push(body)
      body = ''
    },
  })
  for (const part of parts) reader.push(part)
  if (reader.inside) seen.push('unfinished')
  return seen
}

describe('the response reader', () => {
  const bytes = Buffer.from(sized + chunked + bare + interim + empty + sized)
  const all = ['200', 'hello', '200', 'hello, my\r\nworld', '204', '', '503', '', '200', 'hello']

  it('reads responses of every framing, one after another', () => {
    expect(read([bytes])).toEqual(all)
  })

  it('reads the same, wherever the bytes are split', () => {
    for (let at = 1; at < bytes.length; at++) {
      expect(read([bytes.subarray(0, at), bytes.subarray(at)]), `split at ${at}`).toEqual(all)
    }
    expect(read([...bytes].map((byte) => Buffer.from([byte])))).toEqual(all)
  })

  it('knows that a response is not complete', () => {
    expect(read([Buffer.from(chunked.slice(0, -4))]).at(-1)).toBe('unfinished')
    expect(read([Buffer.from(sized.slice(0, -1))]).at(-1)).toBe('unfinished')
  })

  it.each([
    ['SSH-2.0-x\r\n', /status line/],
    ['HTTP/1.1 200 OK\r\n\r\n', /neither length nor chunks/],
    ['HTTP/1.1 200 OK\r\ncontent-length: 1x\r\n\r\n', /neither length nor chunks/],
    ['HTTP/1.1 200 OK\r\nno header\r\n', /not a header/],
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', /size of a chunk/],
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n', /longer than its size/],
  ])('refuses %j', (text, message) => {
    expect(() => read([Buffer.from(text)])).toThrow(message)
  })
})
