/** What a path that nobody serves is told, in the same shape as every other error. */
import { NearsideError } from '@nearside/core'
import { newId } from '../call/new-id.ts'
import { respondWithFault } from './respond-with-fault.ts'

export function notFound(): Response {
  return respondWithFault(new NearsideError('not-found', 'There is nothing at this path.'), newId())
}
