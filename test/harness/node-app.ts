/** A Hono app under `@hono/node-server` on a free port: where the middleware runs when it does not run in workerd. */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'

export type RunningApp = {
  /** Origin without a path: `http://127.0.0.1:PORT`. */
  readonly url: string
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export type App = { fetch(request: Request, env: unknown): Response | Promise<Response> }

export async function startNodeApp(app: App): Promise<RunningApp> {
  const server = serve({ fetch: (request, env) => app.fetch(request, env), hostname: '127.0.0.1', port: 0 })
  await new Promise<void>((resolve) => {
    if (server.listening) resolve()
    else server.once('listening', resolve)
  })

  function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    if ('closeAllConnections' in server) server.closeAllConnections()
    return closed
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close,
    [Symbol.asyncDispose]: close,
  }
}
