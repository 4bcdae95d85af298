/**
 * The session that an answer goes on with, and what is said of the one that was brought. Known when the answer begins: which
 * weights it comes from stands in its node's headers.
 */
import { type Pin, responseHeaders, sessionAfter } from '@nearside/core'
import type { Desk } from '../desk/desk.ts'
import type { Served, ServedSession } from '../run/served.ts'
import type { Story } from './settlement.ts'

export async function inSession(
  { call, policyHash }: Pick<Story, 'call' | 'policyHash'>,
  served: Served,
  { options }: Pick<Desk, 'options'>,
): Promise<Served> {
  const { sessions } = options
  const { session: brought } = call
  if (sessions === null || brought === undefined) return served
  const { plan, degraded } = served
  const answered: Pin = { tier: served.step.tier, model: served.step.model, version: served.version }
  // An answer is there: what fails now may cost it its session, and nothing else.
  const begun = (): Promise<string | null> =>
    sessions
      .begun(call.account.tenant, answered, policyHash, call.at + options.policy.sessionMs)
      .catch(() => null)
  if (!brought.held) {
    const { state } = brought
    if (answered.tier !== 'edge') return { ...served, session: { state, token: await begun() } }
    // What the edge is sure of is right in every version.
    return state === 'version-unpinned' ? served : { ...served, session: { state, token: null } }
  }

  const { state, renewed } = sessionAfter(brought.pin, { plan, ask: call.wishes.ask, answered, degraded })
  const token = renewed ? await begun() : brought.token
  return {
    ...served,
    degraded: degraded ?? (state === 'changed' ? 'version-changed' : null),
    session: { state, token },
  }
}

export function sessionHeaders({ state, token }: ServedSession): Record<string, string> {
  return {
    ...(token === null ? {} : { [responseHeaders.session]: token }),
    [responseHeaders.sessionState]: state,
  }
}
