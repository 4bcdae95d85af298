/**
 * One keep-alive connection that asks, waits for the whole answer, and asks again.
 *
 * An answer counts when its status is 200, its body ends as it must (a stream that was cut is not an answer), and
 * it came over an unbroken connection. Everything else is a failure, and a failure reconnects.
 */
import { connect, type Socket } from 'node:net'
import { ResponseReader } from './response-reader.ts'

export type Exchange = {
  /** Why there was no whole answer; null when there was. */
  readonly failure: string | null
  readonly startedMs: number
  readonly firstByteMs: number
  readonly endedMs: number
}

export class Client {
  readonly #port: number
  readonly #request: string
  readonly #tail: string
  #socket: Socket | null = null

  /** `tail` is what a whole answer ends with; empty for any end. */
  constructor(port: number, request: string, tail: string) {
    this.#port = port
    this.#request = request
    this.#tail = tail
  }

  exchange(timeoutMs: number): Promise<Exchange> {
    return new Promise((resolve) => {
      const socket = this.#socket ?? connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
      this.#socket = socket
      const startedMs = performance.now()
      let firstByteMs = Number.NaN
      let status = 0
      let tail = ''
      let refusal = ''
      const tailWanted = this.#tail

      const over = (failure: string | null): void => {
        clearTimeout(timer)
        socket.removeAllListeners()
        // A socket without a listener for errors would end the process when it is reset later.
        socket.on('error', () => {})
        if (failure !== null) {
          socket.destroy()
          this.#socket = null
        }
        resolve({ failure, startedMs, firstByteMs, endedMs: performance.now() })
      }
      const reader = new ResponseReader({
        head: (code) => {
          status = code
        },
        data: (buffer, start, end) => {
          if (Number.isNaN(firstByteMs)) firstByteMs = performance.now()
          if (status !== 200 && refusal.length < 500) refusal += buffer.toString('utf8', start, end)
          if (tailWanted === '') return
          const from = Math.max(start, end - tailWanted.length)
          tail = (tail + buffer.toString('latin1', from, end)).slice(-tailWanted.length)
        },
        end() {
          if (status !== 200) over(`status ${status}: ${refusal.slice(0, 500)}`)
          else over(tail === tailWanted ? null : `it ended with ${JSON.stringify(tail)}`)
        },
      })
      const timer = setTimeout(() => over(`no answer within ${timeoutMs} ms`), timeoutMs)

      socket.on('data', (bytes: Buffer) => {
        try {
          reader.push(bytes)
        } catch (error) {
          over(String(error))
        }
      })
      socket.once('error', (error) => over(error.message))
      socket.once('close', () => over('the connection was closed'))
      socket.write(this.#request)
    })
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = null
  }
}
