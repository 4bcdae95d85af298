/** Answers and errors as responses; every error has OpenAI's shape, whatever went wrong. */
import { errorAnswer, isNearsideError, NearsideError } from '@nearside/core'

export type HeadersToAdd = Readonly<Record<string, string>>

export function jsonResponse(status: number, body: string, headers: HeadersToAdd): Response {
  return new Response(body, { status, headers: { 'content-type': 'application/json', ...headers } })
}

export function errorResponse(fault: NearsideError, headers: HeadersToAdd): Response {
  const answer = errorAnswer(fault)
  // Its sender may still be sending, and reading on would be what was refused.
  const close = fault.code === 'body-too-large' ? { connection: 'close' } : {}
  return new Response(answer.body, {
    status: answer.status,
    headers: { ...answer.headers, ...headers, ...close },
  })
}

/** Whatever was thrown, as a fault whose text may be shown. */
export function serverFault(error: unknown): NearsideError {
  if (isNearsideError(error)) return error
  return new NearsideError('internal', 'Something failed inside this server.', { cause: error })
}

export function methodNotAllowed(allow: string, headers: HeadersToAdd): Response {
  const fault = new NearsideError('method-not-allowed', `This address takes ${allow} only.`)
  return errorResponse(fault, { ...headers, allow })
}
