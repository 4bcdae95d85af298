/**
 * Which path is what. The paths are known by their ends, so that the middleware can be mounted under any prefix;
 * what is none of ours goes on to the host's own routes.
 *
 * Every fault of ours leaves through here, as OpenAI's error body; a refusal in the host's own words goes back to it.
 */
import { faultOf, NearsideError, requestHeaders } from '@nearside/core'
import type { Context, Env, MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { newId } from '../call/new-id.ts'
import type { Desk } from '../desk/desk.ts'
import { answerEmbeddings } from '../embeddings/answer-embeddings.ts'
import { respondWithFault } from '../respond/respond-with-fault.ts'
import { type AnswerChat, answerResponses } from '../responses/answer-responses.ts'
import { deleteResponse, showResponse } from '../responses/kept-response.ts'
import { showBudget } from './budget.ts'
import { explain } from './explain.ts'
import { listModels, showModel } from './models.ts'
import { purgeCache } from './purge-cache.ts'
import { showHealth, showMetrics, showReadiness } from './status.ts'

export type Route = (c: Context, id: string, desk: Desk) => Response | Promise<Response>

/** What needs no desk is answered even where the options are wrong. */
type Entry =
  | { readonly method: 'GET' | 'POST' | 'DELETE'; readonly route: Route; readonly other?: 'DELETE' }
  | { readonly method: 'GET'; readonly alone: () => Response }

export function routed<E extends Env>(
  answerChat: Route & AnswerChat,
  deskOf: (c: Context<E>) => Desk,
): MiddlewareHandler<E> {
  const status: readonly (readonly [path: string, entry: Entry])[] = [
    ['/health', { method: 'GET', alone: showHealth }],
    ['/ready', { method: 'GET', route: showReadiness }],
    ['/metrics', { method: 'GET', route: showMetrics }],
  ]
  // The status pages are below /v1 too: a middleware mounted at /v1/* is asked for nothing else.
  const versioned = new Map<string, Entry>([
    ['/chat/completions', { method: 'POST', route: answerChat }],
    ['/responses', { method: 'POST', route: answerResponses(answerChat) }],
    ['/embeddings', { method: 'POST', route: answerEmbeddings }],
    ['/route', { method: 'POST', route: explain }],
    ['/models', { method: 'GET', route: listModels }],
    ['/budget', { method: 'GET', route: showBudget }],
    ['/cache', { method: 'DELETE', route: purgeCache }],
    ...status,
  ])
  const whole = new Map(status)

  return async function nearside(c, next) {
    const { path } = c.req
    const version = path.lastIndexOf('/v1/')
    const entry =
      version === -1
        ? whole.get(path)
        : (versioned.get(path.slice(version + 3)) ?? namedEntry(path.slice(version + 3), c.req.method))
    if (entry === undefined) return next()

    const response = await answer(c, entry, deskOf)
    const own = c.req.header(requestHeaders.clientRequestId)
    if (own !== undefined && /^[\x21-\x7e]{1,128}$/.test(own)) {
      response.headers.set(requestHeaders.clientRequestId, own)
    }
    return response
  }
}

/** The paths with a name in them. A response that is kept has two ways to be asked for. */
function namedEntry(path: string, method: string): Entry | undefined {
  if (path.startsWith('/models/')) return path.length > '/models/'.length ? oneModel : undefined
  if (!/^\/responses\/[^/]+$/.test(path)) return undefined
  return method === 'DELETE' ? { method, route: deleteResponse } : oneResponse
}

const oneModel: Entry = { method: 'GET', route: showModel }
const oneResponse: Entry = { method: 'GET', route: showResponse, other: 'DELETE' }

async function answer<E extends Env>(
  c: Context<E>,
  entry: Entry,
  deskOf: (c: Context<E>) => Desk,
): Promise<Response> {
  const id = newId()
  if (!takes(entry, c.req.method)) return refuseMethod(entry, id)
  if ('alone' in entry) return entry.alone()
  let desk: Desk | null = null
  try {
    desk = deskOf(c)
    return await entry.route(c, id, desk)
  } catch (error) {
    const fault = faultOf(error)
    desk?.faulted(fault, id)
    // The host's own `onError` answers it, as it does everywhere in its app.
    if (fault.cause instanceof HTTPException) throw fault.cause
    return respondWithFault(fault, id)
  }
}

function takes({ method }: Entry, given: string): boolean {
  return given === method || (given === 'HEAD' && method === 'GET')
}

function refuseMethod(entry: Entry, id: string): Response {
  const { method } = entry
  const taken = [
    ...(method === 'GET' ? ['GET', 'HEAD'] : [method]),
    ...('other' in entry ? [entry.other] : []),
  ].join(', ')
  const refusal = respondWithFault(new NearsideError('method-not-allowed', `This path takes ${taken}.`), id)
  refusal.headers.set('allow', taken)
  return refusal
}
