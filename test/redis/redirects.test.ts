/** A Redis over REST that sends its caller elsewhere: nobody goes there, and neither a command nor the token does. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisBudgetStore } from '../../workers/src/budget/redis-store.ts'
import { hold } from '../budget/builders.ts'
import { type Frontier, startFrontier } from '../doubles/frontier.ts'
import { token } from './opened-redis-store.ts'
import { ask, places, variablesOf } from './standalone.ts'

type Listener = AsyncDisposable & { readonly url: string; readonly seen: readonly string[] }

/** Answers everything in one way, and writes down each request with its headers and body. */
async function startListener(status: number, headers: Record<string, string> = {}): Promise<Listener> {
  const seen: string[] = []
  const server = createServer(async (request, response) => {
    seen.push(await textOf(request))
    // An answer that would be taken for a grant, if it were read.
    response.writeHead(status, headers).end('{"result":["granted","0","1",""]}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return `${request.method} ${JSON.stringify(request.headers)} ${body}`
}

let frontier: Frontier
beforeAll(async () => {
  frontier = await startFrontier()
})
afterAll(() => frontier.close())

const statuses = [301, 302, 303, 307, 308]

describe.each(statuses)('a Redis over REST that answers %i', (status) => {
  it('TRUST 19: is not followed by the store, to another origin or its own, and says nothing of the command', async () => {
    await using elsewhere = await startListener(200)
    for (const location of [`${elsewhere.url}/`, '/elsewhere']) {
      await using redirecting = await startListener(status, { location })
      const store = redisBudgetStore({ url: redirecting.url, token })
      const asked = store.reserve(hold({ id: 'canary' }))
      await expect(asked).rejects.toMatchObject({ code: 'store-failed', cause: { message: 'REDIRECTED' } })
      expect(redirecting.seen).toHaveLength(1)
      expect(redirecting.seen[0]).toContain(token)
    }
    expect(elsewhere.seen).toEqual([])
  })

  it.each(Object.entries(places))(
    'TRUST 19: is not followed by a gateway in %s, which refuses as its operator chose',
    async (_, open) => {
      await using elsewhere = await startListener(200)
      await using redirecting = await startListener(status, { location: `${elsewhere.url}/` })
      await using gateway = await open(
        variablesOf({ frontier, onStoreError: 'refuse', url: redirecting.url }),
      )
      const before = frontier.requests.length
      expect(await ask(gateway)).toMatchObject({ status: 503, code: 'store_failed' })
      expect(frontier.requests).toHaveLength(before)
      expect(redirecting.seen.length).toBeGreaterThan(0)
      expect(elsewhere.seen).toEqual([])
    },
  )
})
