/** `GET` and `DELETE /v1/responses/:id`: a response that is kept, shown or forgotten. Another tenant's is not there. */
import { type JsonObject, NearsideError, responseHeaders } from '@nearside/core'
import type { Context } from 'hono'
import { authenticate } from '../call/account.ts'
import type { Desk } from '../desk/desk.ts'

export async function showResponse(c: Context, id: string, { options, kept }: Desk): Promise<Response> {
  const account = await authenticate(c, options)
  if (c.req.query('stream') === 'true') {
    throw new NearsideError('bad-request', 'stream must be left out: a kept response is given whole.', {
      param: 'stream',
    })
  }
  const found = kept === null ? null : await kept.load(account.tenant, nameOf(c))
  if (found === null) throw notKept()
  return Response.json(found.response, headersOf(id))
}

export async function deleteResponse(c: Context, id: string, { options, kept }: Desk): Promise<Response> {
  const account = await authenticate(c, options)
  const name = nameOf(c)
  if (kept === null || !(await kept.remove(account.tenant, name))) throw notKept()
  const deleted: JsonObject = { id: name, object: 'response', deleted: true }
  return Response.json(deleted, headersOf(id))
}

function nameOf(c: Context): string {
  return c.req.path.slice(c.req.path.lastIndexOf('/') + 1)
}

function notKept(): NearsideError {
  return new NearsideError('not-found', 'No response is kept here under this id.')
}

function headersOf(id: string): ResponseInit {
  return { headers: { [responseHeaders.requestId]: id } }
}
