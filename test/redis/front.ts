/**
 * Stands between a store and its Redis over REST and misbehaves when told to: answers are lost after the work was
 * done, delayed, never given, or replaced by a proxy's page.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Deed =
  | { readonly type: 'pass' }
  /** The command is carried out and its answer lost. */
  | { readonly type: 'lose' }
  /** The command gets there, and its answer comes later. */
  | { readonly type: 'delay'; readonly ms: number }
  | { readonly type: 'hang' }
  /** The answer of something that is no Redis. */
  | { readonly type: 'page'; readonly status: number; readonly text: string }

export type Front = AsyncDisposable & {
  readonly url: string
  /** Requests that came so far. */
  readonly requests: number
  /** What they said. */
  readonly bodies: readonly string[]
  /** Decides of each request what becomes of it. */
  does(deed: Deed | (() => Deed)): void
  close(): Promise<void>
}

export async function startFront(target: string): Promise<Front> {
  let requests = 0
  const bodies: string[] = []
  let next = (): Deed => ({ type: 'pass' })
  const hanging = new Set<NodeJS.Timeout>()

  const server = createServer(async (request, response) => {
    requests += 1
    const deed = next()
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    bodies.push(Buffer.concat(chunks).toString())
    if (deed.type === 'hang') return
    if (deed.type === 'page') {
      response.writeHead(deed.status, { 'content-type': 'text/html' }).end(deed.text)
      return
    }
    const answer = await fetch(`${target}${request.url}`, {
      method: 'POST',
      headers: { authorization: request.headers.authorization ?? '' },
      body: Buffer.concat(chunks),
    })
    const text = await answer.text()
    if (deed.type === 'lose') response.destroy()
    else if (deed.type === 'delay') later(deed.ms, () => send(response, answer.status, text))
    else send(response, answer.status, text)
  })

  function later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      hanging.delete(timer)
      work()
    }, ms)
    hanging.add(timer)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      for (const timer of hanging) clearTimeout(timer)
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests
    },
    bodies,
    does(deed) {
      next = typeof deed === 'function' ? deed : () => deed
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(text)
}
