import { expect, it } from 'vitest'
import { Refusal, type Reply, ReplyReader, Status, writeCommands } from './resp.ts'

const stream = Buffer.from(
  '+OK\r\n-ERR no\r\n:-7\r\n$5\r\nh\r\nlo\r\n$-1\r\n*-1\r\n*0\r\n$0\r\n\r\n' +
    '*3\r\n*2\r\n:1\r\n$3\r\n\xc3\xa9x\r\n*0\r\n+PONG\r\n',
  'latin1',
)

function read(chunks: readonly Buffer[]): readonly Reply[] {
  const replies: Reply[] = []
  const reader = new ReplyReader((reply) => replies.push(reply))
  for (const chunk of chunks) reader.push(chunk)
  return replies
}

it('reads every kind of reply, however the bytes are cut', () => {
  const whole = read([stream])
  expect(whole.slice(0, 8)).toEqual([
    new Status('OK'),
    new Refusal('ERR no'),
    -7,
    Buffer.from('h\r\nlo'),
    null,
    null,
    [],
    Buffer.alloc(0),
  ])
  expect(read(Array.from(stream, (byte) => Buffer.of(byte)))).toEqual(whole)
  for (let cut = 1; cut < stream.length; cut += 1) {
    expect(read([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(whole)
  }
})

it('reads arrays in arrays, and what comes after them', () => {
  const replies = read([Buffer.from('*2\r\n*2\r\n:1\r\n*1\r\n:2\r\n*0\r\n:3\r\n')])
  expect(replies).toEqual([[[1, [2]], []], 3])
})

it('refuses what is not in the format', () => {
  expect(() => read([Buffer.from('HTTP/1.1 400 Bad Request\r\n')])).toThrow('format')
  expect(() => read([Buffer.from('$x\r\n')])).toThrow('format')
})

it('writes words by their bytes, so that no word can end a command', () => {
  expect(writeCommands([['SET', 'é', 'a\r\nb']])).toBe('*3\r\n$3\r\nSET\r\n$2\r\né\r\n$4\r\na\r\nb\r\n')
})
