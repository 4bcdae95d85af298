import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { findRedis } from './find-redis.ts'
import { startRedis } from './start-redis.ts'

const ask = async (port: number, command: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1')
  socket.write(command)
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return chunk.toString()
}

describe('a Redis of a test', () => {
  it('answers PING over a raw socket, and is gone after it is closed', async () => {
    const redis = await startRedis()
    expect(await ask(redis.port, 'PING\r\n')).toBe('+PONG\r\n')
    await redis.close()
    await expect(ask(redis.port, 'PING\r\n')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await redis.close()
  })

  it('keeps nothing on disk, and does not stand on the usual port', async () => {
    await using redis = await startRedis()
    expect(redis.port).not.toBe(6379)
    expect(await ask(redis.port, 'CONFIG GET save\r\n')).toBe('*2\r\n$4\r\nsave\r\n$0\r\n\r\n')
    expect(await ask(redis.port, 'CONFIG GET appendonly\r\n')).toContain('no')
  })

  it('is alone: two of them hold different keys', async () => {
    await using first = await startRedis()
    await using second = await startRedis()
    await ask(first.port, 'SET a 1\r\n')
    expect(await ask(second.port, 'GET a\r\n')).toBe('$-1\r\n')
  })

  it('closes after its process was killed', async () => {
    const redis = await startRedis()
    redis.process.kill('SIGKILL')
    await redis.close()
    await expect(ask(redis.port, 'PING\r\n')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('finding a Redis', () => {
  const nowhere = { root: false, cacheFolder: '/dev/null/none' }

  it('takes the one that REDIS_SERVER names, and says so when it cannot be run', async () => {
    const found = await findRedis({ ...nowhere, env: { REDIS_SERVER: process.execPath } })
    expect(found.path).toBe(process.execPath)
    await expect(findRedis({ ...nowhere, env: { REDIS_SERVER: '/no/such/redis' } })).rejects.toThrow(
      '/no/such/redis',
    )
  })

  it('says how to install one where none is found and none can be fetched', async () => {
    await expect(findRedis({ ...nowhere, env: { PATH: '/no/such/folder' } })).rejects.toThrow(
      /apt-get install -y redis-server\n.*dnf install.*\n.*brew install/,
    )
  })
})
