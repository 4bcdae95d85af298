/**
 * What a path that nobody serves is told, in the same shape as every other error. OpenAI's other endpoints are refused by
 * name, with what to do instead: they hand over files and jobs whose cost, privacy and owner nobody here could keep track
 * of, and a gateway that passed them on unread would be an open door to the operator's key.
 */
import { NearsideError, responseHeaders } from '@nearside/core'
import type { Context } from 'hono'
import { newId } from '../call/new-id.ts'
import { respondWithFault } from './respond-with-fault.ts'

/** The first part of a path behind the version. */
const elsewhere: Readonly<Record<string, string>> = {
  assistants: 'Use /v1/chat/completions, and keep the conversation with you.',
  audio: 'Send speech as input_audio in a message of /v1/chat/completions, to a model that hears.',
  batches: 'Send the requests one by one to /v1/chat/completions, within your limits.',
  completions: 'Use /v1/chat/completions with one message of the user.',
  containers: 'Ask the provider itself, with a key of your own.',
  conversations: 'Send the messages so far with each request.',
  evals: 'Ask the provider itself, with a key of your own.',
  files: 'Send a file in the message it belongs to, as file_data, to /v1/chat/completions.',
  fine_tuning: 'Ask the provider itself, with a key of your own; then name the model here.',
  images: 'Ask the provider itself, with a key of your own; images are read, not made, here.',
  moderations: 'Ask the provider itself, with a key of your own.',
  realtime: 'Use /v1/chat/completions with stream: true.',
  threads: 'Use /v1/chat/completions, and keep the conversation with you.',
  uploads: 'Send a file in the message it belongs to, as file_data, to /v1/chat/completions.',
  vector_stores: 'Make vectors with /v1/embeddings, and keep them in a store of your own.',
  videos: 'Ask the provider itself, with a key of your own.',
}

export function notFound(c?: Context): Response {
  const endpoint = /\/v1\/([a-z_]+)(?:\/|$)/.exec(c?.req.path ?? '')?.[1] ?? ''
  const instead = Object.hasOwn(elsewhere, endpoint) ? elsewhere[endpoint] : undefined
  const message =
    instead === undefined
      ? 'There is nothing at this path. The base URL of an OpenAI client ends in /v1 here.'
      : `This gateway does not serve /v1/${endpoint}. ${instead}`
  const refusal = respondWithFault(new NearsideError('not-found', message), newId())
  refusal.headers.set(responseHeaders.shouldRetry, 'false')
  return refusal
}
