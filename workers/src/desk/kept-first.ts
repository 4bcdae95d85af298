/**
 * Where kept answers meet the request path: behind the edge's own answerers, which are nearer than any store, and before anything
 * is decided. Without a cache the request goes straight on.
 */
import { type PrivacyLevel, requestHeaders, strictest } from '@nearside/core'
import type { Context } from 'hono'
import type { Call } from '../call/call.ts'
import { askEdge, type EdgeOffer } from '../edge/answerer.ts'
import type { Desk } from './desk.ts'
import type { Tell } from './record-to.ts'

/** What the plan found the text to be, once there is one. */
type Known = { readonly story: { readonly plan: { readonly privacy: PrivacyLevel } } | null }

export function keptFirst(
  c: Context,
  call: Call,
  { answers, options }: Desk,
  tell: Tell,
  known: Known,
  serve: (offer: EdgeOffer | null) => Promise<Response>,
): Promise<Response> {
  const offer = askEdge(call.request, options.answerers, call)
  // Who is held to a version is not given the answer of another.
  if (answers === null || offer !== null || call.session?.held === true) return serve(offer)
  const said = call.wishes.privacy
  const asked = {
    call,
    url: c.req.url,
    header: c.req.header(requestHeaders.cache),
    privacy: () => ({ ...said, level: strictest(said.level, known.story?.plan.privacy ?? 'public') }),
    tell,
  }
  return answers.through(asked, () => serve(offer))
}
