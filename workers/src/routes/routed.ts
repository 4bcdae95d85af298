/**
 * Which path is what. The paths are known by their ends, so that the middleware can be mounted under any prefix;
 * what is none of ours goes on to the host's own routes.
 *
 * Every fault of ours leaves through here, as OpenAI's error body.
 */
import { faultOf, NearsideError } from '@nearside/core'
import type { Context, Env, MiddlewareHandler } from 'hono'
import { authenticate } from '../call/account.ts'
import { newId } from '../call/new-id.ts'
import type { Desk } from '../desk/desk.ts'
import { respondWithFault } from '../respond/respond-with-fault.ts'
import { showBudget } from './budget.ts'
import { explain } from './explain.ts'
import { listModels } from './models.ts'
import { showHealth, showMetrics, showReadiness } from './status.ts'

export type Route = (c: Context, id: string, desk: Desk) => Response | Promise<Response>

type Entry = { readonly method: 'GET' | 'POST'; readonly route: Route }

export function routed<E extends Env>(
  answerChat: Route,
  deskOf: (c: Context<E>) => Desk,
): MiddlewareHandler<E> {
  const entries = new Map<string, Entry>([
    ['/chat/completions', { method: 'POST', route: answerChat }],
    ['/route', { method: 'POST', route: explain }],
    ['/models', { method: 'GET', route: listModels }],
    ['/budget', { method: 'GET', route: showBudget }],
  ])
  const status = new Map<string, Entry>([
    ['/ready', { method: 'GET', route: showReadiness }],
    ['/metrics', { method: 'GET', route: authenticated(showMetrics) }],
  ])

  return async function nearside(c, next) {
    const { path } = c.req
    const version = path.lastIndexOf('/v1/')
    const entry = version === -1 ? status.get(path) : entries.get(path.slice(version + 3))
    if (path === '/health') return showHealth()
    if (entry === undefined) return next()

    const id = newId()
    try {
      if (!takes(entry, c.req.method)) return refuseMethod(entry, id)
      return await entry.route(c, id, deskOf(c))
    } catch (error) {
      return respondWithFault(faultOf(error), id)
    }
  }
}

function takes({ method }: Entry, given: string): boolean {
  return given === method || (given === 'HEAD' && method === 'GET')
}

function refuseMethod({ method }: Entry, id: string): Response {
  const refusal = respondWithFault(new NearsideError('method-not-allowed', `This path takes ${method}.`), id)
  refusal.headers.set('allow', method === 'GET' ? 'GET, HEAD' : method)
  return refusal
}

function authenticated(route: Route): Route {
  return async (c, id, desk) => {
    await authenticate(c, desk.options)
    return route(c, id, desk)
  }
}
