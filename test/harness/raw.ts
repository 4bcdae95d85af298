/**
 * A client below every HTTP library: it sends the bytes that it is told to, as slowly as it is told to, reads when
 * told to, and leaves without a word. It can tell an answer that ended from one that was cut.
 */
import { connect, type Socket } from 'node:net'
import { ResponseReader } from '../../scripts/src/bench/load/response-reader.ts'

export type RawResponse = {
  readonly status: number
  /** Names in small letters, in the order in which they came, duplicates and all. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  /** `cut`: the connection ended before the answer did. `silent`: nothing more came in time. */
  readonly ending: 'complete' | 'cut' | 'silent'
}

export type RawConnection = {
  send(...parts: readonly RawPart[]): Promise<void>
  /** The next answer, as far as it comes; one that is not complete may be asked for again. */
  response(timeoutMs?: number): Promise<RawResponse>
  /** Waits until so many server-sent events of the present answer have come, and returns its body so far. */
  events(count: number, timeoutMs?: number): Promise<string>
  /** Stops reading: what the server writes from now on piles up on its side. */
  stall(): void
  /** Reads again. */
  resume(): void
  /** Leaves at once, by a reset. */
  hangUp(): void
  /** Says that nothing more will be sent, and goes on listening. */
  finish(): void
  /** Whether the connection is over, whoever ended it. */
  closed(): boolean
}

/** Bytes to send, or a number: a pause in milliseconds. */
export type RawPart = string | Uint8Array | number

/** For a machine with much else to do; whoever expects silence says how long it must last. */
const patienceMs = 30_000

export async function connectRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return listenTo(socket)
}

/** Sends the parts over a connection of their own and returns what comes back. */
export async function rawRequest(url: string, ...parts: readonly RawPart[]): Promise<RawResponse> {
  const connection = await connectRaw(url)
  // A server may answer, and close, before it has been told everything.
  connection.send(...parts).catch(() => {})
  const response = await connection.response()
  connection.hangUp()
  return response
}

/** The text of a chat request; a header given as undefined is left out. */
export function chatRequest(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string | undefined>> = {},
): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const all = {
    host: new URL(url).host,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}`,
  )
  return ['POST /v1/chat/completions HTTP/1.1', ...lines, '', text].join('\r\n')
}

type Received = {
  status: number
  headers: readonly (readonly [string, string])[]
  body: Buffer[]
  complete: boolean
}

function listenTo(socket: Socket): RawConnection {
  const answers: Received[] = []
  let present: Received | null = null
  let unread = 0
  let over = false
  let changed: () => void = () => {}
  const change = (): void => changed()

  const reader = new ResponseReader({
    head(status, headers) {
      present = { status, headers, body: [], complete: false }
      answers.push(present)
    },
    data(buffer, start, end) {
      present?.body.push(Buffer.from(buffer.subarray(start, end)))
    },
    end() {
      if (present !== null) present.complete = true
    },
  })
  socket.on('data', (bytes: Buffer) => {
    reader.push(bytes)
    change()
  })
  // A reset is one of the ways in which a connection ends, and no fault of the test.
  socket.on('error', () => {})
  socket.once('end', () => {
    over = true
    change()
  })
  socket.once('close', () => {
    over = true
    change()
  })

  /** Waits until `done` says so, the connection is over, or the time is. */
  async function until(done: () => boolean, timeoutMs: number): Promise<boolean> {
    const endMs = performance.now() + timeoutMs
    while (!done() && !over) {
      const left = endMs - performance.now()
      if (left <= 0) return false
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        changed = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    return true
  }

  return {
    async send(...parts) {
      for (const part of parts) {
        if (typeof part === 'number') await new Promise((resolve) => setTimeout(resolve, part))
        else if (socket.destroyed) throw new Error('the connection is closed')
        else await new Promise<void>((resolve) => socket.write(part, () => resolve()))
      }
    },
    async response(timeoutMs = patienceMs) {
      const inTime = await until(() => answers[unread]?.complete === true, timeoutMs)
      const answer = answers[unread]
      if (answer?.complete) unread += 1
      return {
        status: answer?.status ?? 0,
        headers: answer?.headers ?? [],
        body: Buffer.concat(answer?.body ?? []).toString('utf8'),
        ending: answer?.complete ? 'complete' : inTime ? 'cut' : 'silent',
      }
    },
    async events(count, timeoutMs = patienceMs) {
      const body = (): string => Buffer.concat(answers[unread]?.body ?? []).toString('utf8')
      await until(() => body().split('\n\n').length > count, timeoutMs)
      return body()
    },
    stall: () => void socket.pause(),
    resume: () => void socket.resume(),
    hangUp: () => void socket.resetAndDestroy(),
    finish: () => void socket.end(),
    closed: () => over,
  }
}
