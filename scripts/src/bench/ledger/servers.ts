/** A Redis that keeps nothing and the bridge in front of it, each a process of the bench. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { start, stop } from '../../workerd/processes.ts'
import { moduleFile, nextMessage } from '../child-module.ts'

export type Servers = {
  readonly url: string
  readonly token: string
  /** Asks Redis by the bridge: what no client has a method for. */
  ask(...command: readonly string[]): Promise<string>
  stop(): Promise<void>
}

const token = 'a-token-for-the-bench'

export async function startServers(): Promise<Servers> {
  const port = await freePort()
  const program = process.env.REDIS_SERVER ?? 'redis-server'
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const redis = start(program, settings, { stdio: 'ignore' })
  let failed = false
  redis.once('error', () => {
    failed = true
  })
  const bridge = start(
    process.execPath,
    [
      '--conditions=source',
      moduleFile('./bridge-process', import.meta.url),
      `redis://127.0.0.1:${port}`,
      token,
    ],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  )
  const url = (await nextMessage(bridge)) as string

  async function ask(...command: readonly string[]): Promise<string> {
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(command) })
    const { result } = (await answer.json()) as { result?: unknown }
    if (!answer.ok) throw new Error(`Redis answered ${command[0]} with ${answer.status}`)
    return String(result)
  }

  const endsAt = Date.now() + 10_000
  while (!(await ask('PING').catch(() => null))) {
    if (failed || Date.now() > endsAt) {
      throw new Error(`${program} did not start; install redis-server, or name one: REDIS_SERVER=/path`)
    }
    await pause(20)
  }
  return {
    url,
    token,
    ask,
    stop: async () => {
      await stop(bridge)
      await stop(redis)
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
