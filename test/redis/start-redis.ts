/**
 * A Redis server of a test's own: on loopback, on a free port, keeping nothing on disk, and gone when it is closed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../harness/free-port.ts'
import { findRedis, type RedisProgram } from './find-redis.ts'

export type RedisServer = AsyncDisposable & {
  readonly port: number
  readonly url: string
  /** The server's process, for tests that stop or kill it. */
  readonly process: ChildProcess
  close(): Promise<void>
}

const readyMs = 60_000
const closeMs = 5_000
const attempts = 5

export type RedisWishes = {
  /** On the port of one that is gone, it is that one restarted without its data. @default a free one */
  readonly port?: number
  /** Further settings, as on the command line. */
  readonly settings?: readonly string[]
  /** @default the Redis that is found */
  readonly program?: RedisProgram
}

export async function startRedis({ port, settings = [], ...wished }: RedisWishes = {}): Promise<RedisServer> {
  const program = wished.program ?? (await findRedis())
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(program, port ?? (await freePort()), settings)
    } catch (error) {
      // Between finding a free port and using it another process may take it.
      if (attempt === attempts || !String(error).includes('Address already in use')) throw error
    }
  }
}

async function startOn(program: RedisProgram, port: number, wished: readonly string[]): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'nearside-redis-'))
  const settings = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
    ...wished,
  ]
  const child = spawn(program.path, settings, {
    env: { ...process.env, ...program.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const listen = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-4_000)
  }
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  child.on('error', (error) => listen(Buffer.from(String(error))))
  const kill = (): boolean => child.kill('SIGKILL')
  process.once('exit', kill)

  const close = async (): Promise<void> => {
    process.off('exit', kill)
    if (isAlive(child)) {
      const gone = once(child, 'exit')
      const late = setTimeout(kill, closeMs)
      child.kill('SIGTERM')
      await gone
      clearTimeout(late)
    }
    await rm(folder, { recursive: true, force: true })
  }

  const endsAt = Date.now() + readyMs
  while (!(await answers(port))) {
    if (isAlive(child) && Date.now() < endsAt) continue
    await close()
    throw new Error(`Redis did not start on port ${port}. It said:\n${said}`)
  }
  return { port, url: `redis://127.0.0.1:${port}`, process: child, close, [Symbol.asyncDispose]: close }
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null
}

/** Sends one command, as a person would type it, and gives the answer as it comes. */
export async function typeCommand(port: number, line: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${line}\r\n`)
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return chunk.toString()
}

/** Whether a server answers PING there; a refusal is followed by a short pause, so that asking again is cheap. */
async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    const end = (answer: boolean): void => {
      socket.destroy()
      setTimeout(() => resolve(answer), answer ? 0 : 5)
    }
    socket.setTimeout(1_000, () => end(false))
    socket.once('data', (chunk) => end(chunk.toString().startsWith('+PONG')))
    socket.once('error', () => end(false))
  })
}
