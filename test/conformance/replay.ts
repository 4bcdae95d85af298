/** An upstream that answers with the recordings that it is given, one after the other, and remembers what it was asked. */
import { setTimeout as delay } from 'node:timers/promises'
import { type RecordedRequest, startRecording } from '../doubles/recording-server.ts'
import type { Recording } from './recordings.ts'

export type Upstream = {
  readonly url: string
  readonly key: string
  /** Answers the next requests with these. */
  play(...recordings: readonly Recording[]): void
  /** All requests since the last `play`. */
  readonly asked: readonly RecordedRequest[]
  /** The last request as JSON. */
  readonly body: Record<string, unknown>
  /** The last request's client has left. */
  left(): Promise<boolean>
  close(): Promise<void>
}

const key = 'sk-recorded-0123456789'
const patienceMs = 30_000

export async function startUpstream(): Promise<Upstream> {
  let queue: Recording[] = []
  let since = 0
  const server = await startRecording(() => {
    const recording = queue.shift() ?? { seen: 'never', status: 500, body: { error: { message: 'not set' } } }
    const stream = recording.events !== undefined
    const pieces = stream
      ? [...(recording.events ?? []).map((one) => `data: ${JSON.stringify(one)}\n\n`), 'data: [DONE]\n\n']
      : [JSON.stringify(recording.body, null, 2)]
    return {
      begin: 'headers',
      status: recording.status,
      headers: [
        ['content-type', stream ? 'text/event-stream; charset=utf-8' : 'application/json'],
        ...Object.entries(recording.headers ?? {}),
      ],
      pieces,
      firstDelayMs: 0,
      delayMs: recording.seen === 'slow' ? 300 : 0,
      end: 'end',
    }
  })
  const asked = (): readonly RecordedRequest[] => server.requests.slice(since)
  return {
    url: `${server.url}/v1`,
    key,
    play(...recordings) {
      queue = [...recordings]
      since = server.requests.length
    },
    get asked() {
      return asked()
    },
    get body() {
      return (asked().at(-1)?.json ?? {}) as Record<string, unknown>
    },
    async left() {
      for (const until = Date.now() + patienceMs; Date.now() < until; ) {
        if (asked().at(-1)?.left != null) return true
        await delay(20)
      }
      return false
    },
    close: server.close,
  }
}
