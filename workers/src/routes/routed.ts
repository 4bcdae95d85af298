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
  const status = new Map<string, Route>([
    ['/ready', showReadiness],
    ['/metrics', authenticated(showMetrics)],
  ])

  return async function nearside(c, next) {
    const { path } = c.req
    const version = path.lastIndexOf('/v1/')
    const entry = version === -1 ? undefined : entries.get(path.slice(version + 3))
    const open = entry === undefined ? status.get(path) : undefined
    if (path === '/health') return showHealth()
    if (entry === undefined && open === undefined) return next()

    const id = newId()
    try {
      if (entry === undefined) return await open!(c, id, deskOf(c))
      if (c.req.method !== entry.method) {
        throw new NearsideError('method-not-allowed', `${path} takes ${entry.method}.`)
      }
      return await entry.route(c, id, deskOf(c))
    } catch (error) {
      return respondWithFault(faultOf(error), id)
    }
  }
}

function authenticated(route: Route): Route {
  return async (c, id, desk) => {
    await authenticate(c, desk.options)
    return route(c, id, desk)
  }
}
