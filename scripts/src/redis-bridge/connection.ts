/**
 * One connection to a Redis, opened when it is needed and again after it broke.
 *
 * Commands that are asked together go out in one write, so that nothing of another caller comes between a MULTI and its
 * EXEC. Every question has a deadline; one that is late ends the connection, since the replies behind it would no
 * longer match their questions. Nothing is repeated: whether a lost command was carried out, only its sender can judge.
 */
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { NearsideError } from '@nearside/core'
import { type Command, Refusal, type Reply, ReplyReader, writeCommands } from './resp.ts'

export type RedisTarget = {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** What is sent first on a new connection: AUTH and SELECT. */
  readonly greeting: readonly Command[]
}

export type ConnectionLimits = {
  /** The longest a question may wait for its answer. */
  readonly timeoutMs: number
  /** Questions waiting at once; more are refused. */
  readonly mostWaiting: number
}

/** Reads `redis://user:password@host:port/db`, or `rediss://` for TLS. */
export function readRedisUrl(text: string): RedisTarget {
  const url = URL.canParse(text) ? new URL(text) : null
  const database = url?.pathname.replace(/^\/$/, '').slice(1) ?? ''
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '' || !/^\d*$/.test(database)) {
    throw new NearsideError('bad-options', 'A Redis is named as redis://host:port or rediss://host:port.', {
      param: 'redis',
    })
  }
  const user = decodeURIComponent(url.username)
  const password = decodeURIComponent(url.password)
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    tls: url.protocol === 'rediss:',
    greeting: [
      ...(password === '' ? [] : [['AUTH', ...(user === '' ? [] : [user]), password]]),
      ...(database === '' ? [] : [['SELECT', database]]),
    ],
  }
}

type Question = {
  readonly replies: Reply[]
  readonly length: number
  answer(replies: readonly Reply[]): void
  fail(why: Error): void
}

type Line = {
  readonly socket: Socket
  readonly questions: Question[]
  /** Until the greeting is answered: a command sent before might be carried out in the wrong database. */
  greeted: Promise<void> | null
}

export class RedisConnection {
  readonly #target: RedisTarget
  readonly #limits: ConnectionLimits
  #line: Line | null = null
  #waiting = 0

  constructor(target: RedisTarget, limits: ConnectionLimits) {
    this.#target = target
    this.#limits = limits
  }

  async ask(commands: readonly Command[]): Promise<readonly Reply[]> {
    if (this.#waiting >= this.#limits.mostWaiting) throw new Error('Too many commands are waiting for Redis.')
    this.#waiting += 1
    try {
      const line = this.#line ?? this.#open()
      if (line.greeted !== null) await line.greeted
      return await this.#put(line, commands)
    } finally {
      this.#waiting -= 1
    }
  }

  close(): void {
    this.#break(this.#line, new Error('The connection was closed.'))
  }

  #open(): Line {
    const { host, port, tls, greeting } = this.#target
    const socket = tls ? connectTls({ host, port, servername: host }) : connect(port, host)
    const line: Line = { socket, questions: [], greeted: null }
    this.#line = line
    const reader = new ReplyReader((reply) => this.#take(line, reply))
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk)
      } catch (error) {
        this.#break(line, error)
      }
    })
    socket.on('error', (error) => this.#break(line, error))
    socket.on('close', () => this.#break(line, new Error('Redis closed the connection.')))
    if (greeting.length > 0) line.greeted = this.#greet(line, greeting)
    return line
  }

  async #greet(line: Line, greeting: readonly Command[]): Promise<void> {
    const replies = await this.#put(line, greeting)
    line.greeted = null
    if (!replies.some((reply) => reply instanceof Refusal)) return
    const why = new Error('Redis refused the password or the database.')
    this.#break(line, why)
    throw why
  }

  #put(line: Line, commands: readonly Command[]): Promise<readonly Reply[]> {
    if (this.#line !== line) return Promise.reject(new Error('The connection is gone.'))
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => this.#break(line, new Error('Redis did not answer in time.')),
        this.#limits.timeoutMs,
      )
      line.questions.push({
        replies: [],
        length: commands.length,
        answer: (replies) => {
          clearTimeout(late)
          resolve(replies)
        },
        fail: (why) => {
          clearTimeout(late)
          reject(why)
        },
      })
      line.socket.write(writeCommands(commands))
    })
  }

  #take(line: Line, reply: Reply): void {
    const question = line.questions[0]
    if (question === undefined) {
      this.#break(line, new Error('Redis said something that nobody asked.'))
      return
    }
    question.replies.push(reply)
    if (question.replies.length < question.length) return
    line.questions.shift()
    question.answer(question.replies)
  }

  #break(line: Line | null, why: unknown): void {
    if (line === null) return
    if (this.#line === line) this.#line = null
    line.socket.destroy()
    for (const question of line.questions.splice(0))
      question.fail(why instanceof Error ? why : new Error(String(why)))
  }
}
