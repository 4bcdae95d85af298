import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { lookAtFrontier } from './look-at-frontier.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** An API that knows one key, or answers with a status to everybody. */
async function open(status?: number): Promise<string> {
  const server = createServer((request, response) => {
    const known = request.url === '/v1/models' && request.headers.authorization === 'Bearer right'
    response.writeHead(status ?? (known ? 200 : 401)).end('{}')
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
}

const look = (url: string, key: string): Promise<string | null> =>
  lookAtFrontier({ url, key, models: ['gpt-5'] }, 5_000)

it('says that a frontier does not take the key, and never which key', async () => {
  const said = await look(await open(), 'sk-wrong-canary')
  expect(said).toMatch(/^127\.0\.0\.1:\d+ does not take this key \(status 401\)$/)
  expect(await look(await open(403), 'right')).toContain('status 403')
})

it('finds nothing wrong with a key that is taken, nor with a server that has no list of models', async () => {
  expect(await look(await open(), 'right')).toBeNull()
  expect(await look(await open(404), 'right')).toBeNull()
  expect(await lookAtFrontier(undefined, 5_000)).toBeNull()
})

it('says that a frontier cannot be reached, and does not throw', async () => {
  const url = await open()
  servers.splice(0)[0]?.close()
  expect(await look(url, 'right')).toMatch(/cannot be reached now$/)
})
