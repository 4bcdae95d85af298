/**
 * Upstash's REST protocol in front of a plain Redis: `POST /` for one command, `/pipeline` for several, `/multi-exec`
 * for a transaction.
 *
 * On loopback unless told otherwise, and never without a token. Everything is bounded: the body, the time, what waits
 * for Redis. Errors of Redis are passed on as they are; errors of the bridge itself say nothing of what was asked.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { NearsideError } from '@nearside/core'
import { readCommand, readCommands } from './commands.ts'
import { RedisConnection, readRedisUrl } from './connection.ts'
import { openFlagRemover } from './flag.ts'
import { type Command, Refusal, type Reply, Status } from './resp.ts'

export type BridgeSettings = {
  /** The Redis behind it. @default 'redis://127.0.0.1:6379' */
  readonly redis: string
  /** What callers must show; at least 16 characters. */
  readonly token: string
  /** @default '127.0.0.1' */
  readonly host: string
  /** Zero takes a free one. @default 8079 */
  readonly port: number
  /** The longest body, in bytes. @default 4 MiB */
  readonly bodyBytes: number
  /** How long Redis may take. @default 5000 */
  readonly timeoutMs: number
  /** Questions waiting for Redis at once. @default 1024 */
  readonly mostWaiting: number
}

export type Bridge = {
  readonly url: string
  /** Asks Redis for a sign of life, and says what is wrong with it; null where nothing is. */
  trouble(): Promise<string | null>
  close(): Promise<void>
}

const defaults: Omit<BridgeSettings, 'token'> = {
  redis: 'redis://127.0.0.1:6379',
  host: '127.0.0.1',
  port: 8079,
  bodyBytes: 4 * 1024 * 1024,
  timeoutMs: 5_000,
  mostWaiting: 1_024,
}

type Answer = { readonly status: number; readonly body: unknown }

export async function startBridge(
  given: Partial<BridgeSettings> & Pick<BridgeSettings, 'token'>,
): Promise<Bridge> {
  const settings = { ...defaults, ...given }
  if (!/^[\x21-\x7e]{16,}$/.test(settings.token)) {
    throw new NearsideError(
      'bad-options',
      'The token of the bridge, UPSTASH_REDIS_REST_TOKEN, has at least 16 characters and no spaces.',
      {
        param: 'token',
      },
    )
  }
  const isAdmitted = openAdmission(settings.token)
  const target = readRedisUrl(settings.redis)
  const connection = new RedisConnection(target, settings)
  const plain = openFlagRemover()

  async function answer(request: IncomingMessage): Promise<Answer> {
    if (!isAdmitted(request.headers.authorization)) return refused(401, 'ERR the token is missing or wrong')
    if (request.method !== 'POST') return refused(405, 'ERR only POST is understood')
    const body = await readBody(request, settings.bodyBytes)
    if (body === null) return refused(413, 'ERR the body is too long')
    const given = parsed(body)
    const encoded = request.headers['upstash-encoding'] === 'base64'
    try {
      switch (request.url?.split('?', 1)[0]) {
        case '/':
          return await one(readCommand(given), encoded)
        case '/pipeline':
          return await pipeline(readCommands(given), encoded)
        case '/multi-exec':
          return await transaction(readCommands(given), encoded)
        default:
          return refused(404, 'ERR there are /, /pipeline and /multi-exec')
      }
    } catch {
      return refused(503, 'ERR the Redis behind the bridge does not answer')
    }
  }

  async function one(command: Command | string, encoded: boolean): Promise<Answer> {
    if (typeof command === 'string') return refused(400, command)
    const [reply = null] = await connection.ask([plain(command)])
    return { status: reply instanceof Refusal ? 400 : 200, body: written(reply, encoded) }
  }

  async function pipeline(commands: readonly Command[] | string, encoded: boolean): Promise<Answer> {
    if (typeof commands === 'string') return refused(400, commands)
    const replies = await connection.ask(commands.map(plain))
    return { status: 200, body: replies.map((reply) => written(reply, encoded)) }
  }

  async function transaction(commands: readonly Command[] | string, encoded: boolean): Promise<Answer> {
    if (typeof commands === 'string') return refused(400, commands)
    const replies = await connection.ask([['MULTI'], ...commands.map(plain), ['EXEC']])
    const executed = replies.at(-1)
    if (!Array.isArray(executed)) {
      // Redis says of the command what is wrong with it, and of EXEC only that something was.
      const why = replies.find((reply) => reply instanceof Refusal)
      return refused(400, why?.text ?? 'ERR the transaction was not carried out')
    }
    return { status: 200, body: executed.map((reply: Reply) => written(reply, encoded)) }
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (answered) => send(response, answered),
      // The caller left in the middle of its body.
      () => response.destroy(),
    )
  })
  server.requestTimeout = 10_000
  server.keepAliveTimeout = 60_000
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE'
          ? `Port ${settings.port} is taken; choose another with --port.`
          : `Cannot listen on ${settings.host}:${settings.port}.`
      reject(new NearsideError('bad-options', why, { cause }))
    })
    server.listen(settings.port, settings.host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : settings.port)
    })
  })
  return {
    url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`,
    async trouble() {
      // Without user and password, which stand in the address.
      const place = `${target.host}:${target.port}`
      try {
        const [reply] = await connection.ask([['PING']])
        return reply instanceof Refusal ? `Redis at ${place} says ${reply.text}` : null
      } catch (cause) {
        return `Redis at ${place} does not answer (${cause instanceof Error ? cause.message : cause})`
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
        connection.close()
      }),
  }
}

/** Digests are compared, which have one length, in a time that tells nothing of the token. */
function openAdmission(token: string): (header: string | undefined) => boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const expected = digest(`Bearer ${token}`)
  return (header = '') => timingSafeEqual(digest(header), expected)
}

async function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) return null
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length
    if (bytes > mostBytes) return null
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
}

function refused(status: number, error: string): Answer {
  return { status, body: { error } }
}

function written(reply: Reply, encoded: boolean): { readonly result: unknown } | { readonly error: string } {
  if (reply instanceof Refusal) return { error: reply.text }
  // The client knows a plain OK at the top; everywhere else it takes every string for base64.
  if (reply instanceof Status && reply.text === 'OK') return { result: 'OK' }
  return { result: plainValue(reply, encoded) }
}

function plainValue(reply: Reply, encoded: boolean): unknown {
  if (reply === null || typeof reply === 'number') return reply
  if (Array.isArray(reply)) return reply.map((each: Reply) => plainValue(each, encoded))
  const bytes = Buffer.isBuffer(reply) ? reply : Buffer.from((reply as Status | Refusal).text)
  return bytes.toString(encoded ? 'base64' : 'utf8')
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body)
  // What is left of a body that was refused unread would be taken for the next request.
  const close = status === 413 || status === 401 || status === 405
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'upstash-sync-token': 'bridge:1',
    ...(close ? { connection: 'close' } : {}),
  })
  response.end(text)
}
