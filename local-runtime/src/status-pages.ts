/** The addresses that tell how the server is doing. `/health` and `/ready` are for probes and ask for no secret. */
import type { HttpBindings } from '@hono/node-server'
import { NearsideError } from '@nearside/core'
import { Hono } from 'hono'
import type { Authorise } from './http/authorise.ts'
import { errorResponse, jsonResponse, methodNotAllowed } from './http/respond.ts'
import { pageHeaders, statusPage } from './page/status-page.ts'
import type { Runtime } from './runtime.ts'

export function statusPages(runtime: Runtime, authorise: Authorise): Hono<{ Bindings: HttpBindings }> {
  const pages = new Hono<{ Bindings: HttpBindings }>()
  const startedSeconds = Math.floor(Date.now() / 1_000)

  pages.get('/', (c) => {
    // The address bar sends no secret; what a browser is shown without one is what each response's headers tell anyway.
    const maySee = runtime.options.secret === null || mayAsk(authorise, c.req.raw.headers)
    if (runtime.options.secret === null) authorise(c.req.raw.headers)
    return new Response(statusPage(runtime.nodeStanding(), maySee), {
      headers: { ...pageHeaders, ...runtime.headers() },
    })
  })

  pages.get('/health', () => jsonResponse(200, '{"status":"alive"}', runtime.headers()))

  pages.get('/ready', () => {
    const standing = runtime.standing()
    if (standing === 'ready') return jsonResponse(200, '{"status":"ready"}', runtime.headers())
    return errorResponse(new NearsideError('not-ready', `The server is ${standing}.`), runtime.headers())
  })

  pages.get('/v1/models', (c) => {
    authorise(c.req.raw.headers)
    const { name, contextTokens } = runtime.model()
    const model = {
      id: name,
      object: 'model',
      created: startedSeconds,
      owned_by: 'local-runtime',
      max_model_len: contextTokens,
    }
    return jsonResponse(200, JSON.stringify({ object: 'list', data: [model] }), runtime.headers())
  })

  pages.get('/v1/load', (c) => {
    authorise(c.req.raw.headers)
    return jsonResponse(200, JSON.stringify(runtime.nodeStanding()), runtime.headers())
  })

  pages.get('/metrics', (c) => {
    authorise(c.req.raw.headers)
    return new Response(runtime.metricsText(), {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', ...runtime.headers() },
    })
  })

  for (const path of ['/', '/health', '/ready', '/v1/models', '/v1/load', '/metrics']) {
    pages.all(path, () => methodNotAllowed('GET', runtime.headers()))
  }
  return pages
}

function mayAsk(authorise: Authorise, headers: Headers): boolean {
  try {
    authorise(headers)
    return true
  } catch {
    return false
  }
}
