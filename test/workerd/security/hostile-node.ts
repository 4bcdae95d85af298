/**
 * A server that was taken over: for each request it writes the bytes that a test gives it, framed as HTTP or not,
 * as long as the other side takes them.
 */

import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'

/** What is written, piece by piece; after the last one the connection is closed. */
export type Attack = () => Iterable<string | Uint8Array>

export type HostileNode = {
  /** Origin without a path. */
  readonly url: string
  readonly key: string
  /** How many connections it was asked on. */
  readonly asked: number
  /** Bytes that the other side took of the latest answers. */
  readonly takenBytes: number
  /** Waits until nobody listens to it any more. */
  alone(): Promise<void>
  attackWith(attack: Attack): void
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function startHostileNode(): Promise<HostileNode> {
  let attack: Attack = () => []
  let asked = 0
  let takenBytes = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let text = ''
    let answering = false
    socket.on('data', async (bytes) => {
      text += bytes.toString('latin1')
      if (answering || !isWhole(text)) return
      answering = true
      asked += 1
      for (const piece of attack()) {
        if (socket.destroyed) return
        takenBytes += piece.length
        await new Promise<void>((resolve) => {
          socket.once('close', resolve)
          socket.write(piece, () => resolve())
        })
        socket.removeAllListeners('close')
        socket.on('close', () => sockets.delete(socket))
      }
      socket.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  function close(): Promise<void> {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(() => resolve()))
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: 'secret-of-the-node',
    get asked() {
      return asked
    },
    get takenBytes() {
      return takenBytes
    },
    async alone() {
      while (sockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    attackWith(next) {
      attack = next
      asked = 0
      takenBytes = 0
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Whether all of a request has come: its head, and as much body as it says. */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return false
  const length = /^content-length: *(\d+)/im.exec(text.slice(0, end))?.[1]
  return length === undefined ? text.endsWith('0\r\n\r\n') : text.length >= end + 4 + Number(length)
}

/** The head of an answer, with a body in chunks unless it says otherwise. */
export function head(type: string, ...lines: readonly string[]): string {
  return ['HTTP/1.1 200 OK', `content-type: ${type}`, ...lines, '', ''].join('\r\n')
}

export function chunk(text: string | Uint8Array): Uint8Array {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
}

export const lastChunk = '0\r\n\r\n'

export const json = 'application/json'
export const sse = 'text/event-stream'
export const chunked = 'transfer-encoding: chunked'

/** The text of a whole answer, with fields beside the usual ones. */
export function answerOf(fields: Record<string, unknown>): string {
  const message = { role: 'assistant', content: 'hello' }
  return JSON.stringify({
    id: 'x',
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    ...fields,
  })
}

export function whole(text: string): Attack {
  return () => [head(json, `content-length: ${Buffer.byteLength(text)}`), text]
}

/** A stream of these data, each an event. */
export function events(...data: readonly string[]): Attack {
  return () => [head(sse, chunked), ...data.map((each) => chunk(`data: ${each}\n\n`)), lastChunk]
}
