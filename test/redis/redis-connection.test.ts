import { createServer } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net'
import { isNearsideError } from '@nearside/core'
import { redisBudgetStore } from '@nearside/workers/redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRedis } from '../../scripts/src/redis-connection/open-redis.ts'
import type { RedisLink } from '../../scripts/src/redis-connection/redis-link.ts'
import { type BridgedRedis, startBridgedRedis, token } from './opened-redis-store.ts'
import { startRedis } from './start-redis.ts'

let bridged: BridgedRedis
beforeAll(async () => {
  bridged = await startBridgedRedis()
})
afterAll(() => bridged.close())

const faultOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
  } catch (error) {
    if (isNearsideError(error)) return `${error.code}: ${error.message}`
    throw error
  }
  return 'answered'
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  )

describe.each(['over REST', 'to a plain Redis'] as const)('a command of an operator, %s', (way) => {
  const opened = (): RedisLink =>
    openRedis(
      way === 'over REST'
        ? { UPSTASH_REDIS_REST_URL: bridged.bridge.url, UPSTASH_REDIS_REST_TOKEN: token }
        : { REDIS_URL: bridged.redis.url },
    )

  it('asks and is answered in the same values', async () => {
    const link = opened()
    expect(await link.ask(['FLUSHALL'])).toBe('OK')
    expect(await link.ask(['HSET', '{acme}:h', 'a', 1, 'ü', '{"b":2}'])).toBe(2)
    expect(await link.ask(['HGETALL', '{acme}:h'])).toEqual(['a', '1', 'ü', '{"b":2}'])
    expect(await link.ask(['GET', 'nothing'])).toBeNull()
    link.close()
  })

  it('is told what Redis refuses', async () => {
    const link = opened()
    await expect(link.ask(['GET'])).rejects.toMatchObject({
      name: 'RedisRefusal',
      message: expect.stringContaining('wrong number of arguments'),
    })
    link.close()
  })

  it('carries the ledger, whose scripts Redis has not seen yet', async () => {
    const link = opened()
    await link.ask(['SCRIPT', 'FLUSH'])
    const store = redisBudgetStore({ client: link, upstash: link.upstash })
    expect(await store.read('acme', [])).toEqual([])
    const id = `${way.replaceAll(' ', '-')}.0.0`
    const hold = { id, tenant: 'acme', caps: [], amount: 5, leaseMs: 1_000 }
    expect(await store.reserve(hold)).toMatchObject({ granted: true, repeated: false })
    expect(await store.settle(hold, 4)).toMatchObject({ outcome: 'settled', charged: 4 })
    link.close()
  })
})

it('a store that nobody runs is named without its password', async () => {
  const server = createSocketServer()
  const port = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  for (const env of [
    { REDIS_URL: `redis://:hunter2@127.0.0.1:${port}` },
    { UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${port}`, UPSTASH_REDIS_REST_TOKEN: 'hunter2' },
  ]) {
    expect(await faultOf(openRedis(env).ask(['PING']))).toBe(
      `store-failed: The store at 127.0.0.1:${port} cannot be reached.`,
    )
  }
})

it('a store that takes the question and says nothing is given up at the deadline', async () => {
  const server = createSocketServer((socket) => socket.on('error', () => {}).resume())
  const port = await listening(server)
  for (const env of [
    { REDIS_URL: `redis://127.0.0.1:${port}` },
    { UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${port}`, UPSTASH_REDIS_REST_TOKEN: token },
  ]) {
    const link = openRedis(env, { timeoutMs: 50 })
    expect(await faultOf(link.ask(['PING']))).toMatch(
      /^store-failed: .* did not answer (?:in time|within 50 ms)\.$/,
    )
    link.close()
  }
  server.close()
})

it('a wrong token and a wrong password are said to be that', async () => {
  const rest = openRedis({ UPSTASH_REDIS_REST_URL: bridged.bridge.url, UPSTASH_REDIS_REST_TOKEN: 'another' })
  expect(await faultOf(rest.ask(['PING']))).toContain('refused the token')

  await using guarded = await startRedis()
  const owner = openRedis({ REDIS_URL: guarded.url })
  await owner.ask(['CONFIG', 'SET', 'requirepass', 'sesame'])
  owner.close()
  for (const [password, says] of [
    ['', 'asks for another password'],
    [':hunter2@', 'refused the password or the database'],
    [':sesame@', 'answered'],
  ] as const) {
    const link = openRedis({ REDIS_URL: guarded.url.replace('//', `//${password}`) })
    expect(await faultOf(link.ask(['PING']))).toContain(says)
    link.close()
  }
})

it('a redirect and a page of a proxy are no answers of Redis, and the token goes nowhere else', async () => {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(request.url ?? '')
    if (request.url === '/moved') response.writeHead(302, { location: '/elsewhere' }).end()
    else response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>busy</h1>')
  })
  const port = await listening(server)
  for (const [path, status] of [
    ['moved', 302],
    ['busy', 503],
  ] as const) {
    const link = openRedis({
      UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${port}/${path}`,
      UPSTASH_REDIS_REST_TOKEN: token,
    })
    expect(await faultOf(link.ask(['PING']))).toContain(`answered ${status} and nothing that`)
  }
  expect(seen).toEqual(['/moved', '/busy'])
  server.closeAllConnections()
  server.close()
})
