/**
 * A server on loopback that writes down each request as it comes, and how it ended.
 *
 * It knows nothing of models: it asks for a performance once a request is complete, and acts it out at its pace
 * for as long as the client listens.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import type { Performance } from './performance.ts'

export type RequestOutcome =
  /** The whole answer was handed to the network. */
  | 'answered'
  /** The client closed the connection before that, or before its request was complete. */
  | 'left'
  /** The server broke the connection, as it was told to. */
  | 'broken-off'

export type RecordedRequest = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn as they came, duplicates and all. */
  readonly rawHeaders: readonly string[]
  readonly body: string
  /** The body as JSON, or undefined where it is none. */
  readonly json: unknown
  readonly arrivedAtMs: number
  /** Writes of the answer so far: one for each event of a stream. */
  readonly chunksSent: number
  /** When the client hung up, milliseconds since the epoch, and after how many chunks; null if it did not. */
  readonly left: { readonly atMs: number; readonly afterChunks: number } | null
  /** Settles when the request is over, however it ends. */
  readonly over: Promise<RequestOutcome>
}

export type RecordingServer = {
  readonly url: string
  /** Every request from its first headers on, complete or not. */
  readonly requests: readonly RecordedRequest[]
  /** The request with this number, from 0, once all of it has come or its client has left. */
  request(index: number): Promise<RecordedRequest>
  /** Connections that are open now. */
  connections(): number
  close(): Promise<void>
}

type Recording = { -readonly [field in keyof RecordedRequest]: RecordedRequest[field] } & {
  readonly number: number
  finish(outcome: RequestOutcome): void
}

type Deferred<T> = { readonly promise: Promise<T>; resolve(value: T): void }

export async function startRecording(
  answer: (request: RecordedRequest) => Performance,
): Promise<RecordingServer> {
  const requests: Recording[] = []
  const awaited: Deferred<RecordedRequest>[] = []
  const completion = (index: number): Deferred<RecordedRequest> => (awaited[index] ??= deferred())
  let connections = 0

  const server = createServer((request, response) => {
    const recording = record(request, requests.length)
    requests.push(recording)
    response.once('close', () => {
      recording.finish(response.writableFinished ? 'answered' : leave(recording))
      completion(recording.number).resolve(recording)
    })
    receive(request, recording).then(
      () => {
        completion(recording.number).resolve(recording)
        return act(answer(recording), recording, response)
      },
      () => recording.finish(leave(recording)),
    )
  })
  server.on('connection', (socket) => {
    connections += 1
    socket.setNoDelay(true)
    socket.once('close', () => {
      connections -= 1
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    request: (index) => completion(index).promise,
    connections: () => connections,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}

function record(request: IncomingMessage, number: number): Recording {
  const { promise: over, resolve: finish } = deferred<RequestOutcome>()
  return {
    number,
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    rawHeaders: request.rawHeaders,
    body: '',
    json: undefined,
    arrivedAtMs: Date.now(),
    chunksSent: 0,
    left: null,
    over,
    finish,
  }
}

async function receive(request: IncomingMessage, recording: Recording): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  recording.body = Buffer.concat(parts).toString('utf8')
  try {
    recording.json = JSON.parse(recording.body)
  } catch {
    recording.json = undefined
  }
}

function leave(recording: Recording): RequestOutcome {
  recording.left ??= { atMs: Date.now(), afterChunks: recording.chunksSent }
  return 'left'
}

async function act(performance: Performance, recording: Recording, response: ServerResponse): Promise<void> {
  const breakOff = (how: 'close' | 'reset'): void => {
    recording.finish('broken-off')
    recording.left = null
    if (how === 'reset') response.socket?.resetAndDestroy()
    else response.socket?.destroy()
  }
  if (performance.begin === 'silence') return
  if (performance.begin === 'reset') return breakOff('reset')
  if (performance.firstDelayMs > 0) await delay(performance.firstDelayMs)

  response.writeHead(performance.status, performance.headers.flat())
  response.flushHeaders()
  for (const piece of performance.pieces) {
    if (performance.delayMs > 0) await delay(performance.delayMs)
    if (response.destroyed) return
    recording.chunksSent += 1
    // A turn for each write, so that a piece is a packet, and none faster than the client reads.
    if (response.write(piece)) await nextTurn()
    else await Promise.race([new Promise((resolve) => response.once('drain', resolve)), recording.over])
  }

  switch (performance.end) {
    case 'end':
      response.end()
      return
    case 'cut':
      return breakOff('close')
    case 'reset':
      return breakOff('reset')
    case 'hang':
      return
  }
}

/** `Promise.withResolvers`, which the project's library level does not have yet. */
function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
