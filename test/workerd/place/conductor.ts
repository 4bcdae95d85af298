/**
 * An upstream that waits for its cue: each request is handed to the test, which says when a piece is written, when the
 * answer ends and how, and learns when the client left. What a test wants to happen "after the client saw the third
 * event" then does, without a pause.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Turn = {
  /** When the request was complete, milliseconds since the epoch. */
  readonly arrivedAtMs: number
  readonly body: unknown
  /** Status and headers. Without it the first piece brings 200 and an event stream. */
  head(status: number, headers: Readonly<Record<string, string>>): void
  /** Resolves when the piece was handed to the network. */
  write(piece: string | Uint8Array): Promise<void>
  /** The clean end. */
  end(): void
  /** Closes the connection before the answer is complete. */
  cut(): void
  /** When the client closed the connection, milliseconds since the epoch; null if the answer ended first. */
  readonly left: Promise<number | null>
}

export type Conductor = {
  readonly url: string
  readonly key: string
  /** The request with this number, from 0, as soon as it is there. Handed out once, and forgotten. */
  turn(index: number): Promise<Turn>
  /** How many requests came. */
  asked(): number
  connections(): number
  close(): Promise<void>
}

export async function startConductor(): Promise<Conductor> {
  const turns = new Map<number, Turn>()
  let asked = 0
  const waiting = new Map<number, (turn: Turn) => void>()
  let connections = 0
  const server = createServer((request, response) => {
    // Whatever connection stays is one that was not let go.
    response.shouldKeepAlive = false
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => void parts.push(part))
    request.on('end', () => {
      const turn = turnOf(response, JSON.parse(Buffer.concat(parts).toString()))
      const index = asked++
      const awaited = waiting.get(index)
      waiting.delete(index)
      if (awaited === undefined) turns.set(index, turn)
      else awaited(turn)
    })
    // A caller that breaks off while it sends is one of those that the tests are about.
    request.on('error', () => {})
  })
  server.on('connection', (socket) => {
    connections++
    socket.setNoDelay(true)
    socket.once('close', () => connections--)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: 'sk-conductor',
    turn(index) {
      const turn = turns.get(index)
      turns.delete(index)
      return turn === undefined
        ? new Promise((resolve) => waiting.set(index, resolve))
        : Promise.resolve(turn)
    },
    asked: () => asked,
    connections: () => connections,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}

function turnOf(response: ServerResponse, body: unknown): Turn {
  let broken = false
  const left = new Promise<number | null>((resolve) => {
    response.once('close', () => resolve(broken || response.writableFinished ? null : Date.now()))
  })
  const head = (status: number, headers: Readonly<Record<string, string>>): void => {
    response.writeHead(status, headers)
    response.flushHeaders()
  }
  return {
    arrivedAtMs: Date.now(),
    body,
    head,
    async write(piece) {
      if (!response.headersSent) head(200, { 'content-type': 'text/event-stream' })
      await new Promise<void>((resolve) => response.write(piece, () => resolve()))
    },
    end: () => void response.end(),
    cut() {
      broken = true
      response.socket?.destroy()
    },
    left,
  }
}
