/** Forgets every answer that is kept for the caller's own account. */
import { NearsideError, responseHeaders } from '@nearside/core'
import type { Context } from 'hono'
import { authenticate } from '../call/account.ts'
import type { Desk } from '../desk/desk.ts'

export async function purgeCache(c: Context, id: string, { options, answers }: Desk): Promise<Response> {
  const { tenant } = await authenticate(c, options)
  if (answers === null) throw new NearsideError('not-found', 'No answers are kept here.')
  try {
    await answers.purge(tenant)
  } catch (cause) {
    throw new NearsideError('store-failed', 'The store of kept answers did not answer: ask again.', { cause })
  }
  return Response.json(
    { object: 'nearside.cache', account: tenant, purged: true },
    { headers: { [responseHeaders.requestId]: id } },
  )
}
