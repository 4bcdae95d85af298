/** Turns a fault into OpenAI's error body with its status: the one place where the gateway does so. */
import { errorAnswer, type NearsideError, responseHeaders } from '@nearside/core'

export function respondWithFault(fault: NearsideError, id: string): Response {
  const { status, headers, body } = errorAnswer(fault)
  return new Response(body, {
    status,
    headers: { ...headers, [responseHeaders.requestId]: id },
  })
}
