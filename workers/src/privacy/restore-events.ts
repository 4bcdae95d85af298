/**
 * Puts redacted values back into an answer on its way to the caller, before the host's own rewriting sees it.
 *
 * Null where nothing rewrites: the answer then passes as the upstream wrote it.
 */
import type { ChatEvent, ChatRequest, Inspection, Zone } from '@nearside/core'
import { redactionFor } from '../gate/outgoing.ts'

export type Rewrite = (events: AsyncIterable<ChatEvent>) => AsyncIterable<ChatEvent>

export function rewriteOf(
  call: { readonly request: ChatRequest; readonly inspection?: Inspection },
  zone: Zone,
  own: Rewrite | null,
): Rewrite | null {
  const redaction = redactionFor(call, zone)
  if (redaction === null) return own
  const restored: Rewrite = (events) => restore(events, redaction, call.request.responseFormat)
  return own === null ? restored : (events) => own(restored(events))
}

async function* restore(
  events: AsyncIterable<ChatEvent>,
  redaction: NonNullable<Inspection['redaction']>,
  format: ChatRequest['responseFormat'],
): AsyncGenerator<ChatEvent> {
  const restorer = redaction.restorer(format)
  for await (const event of events) yield restorer.restore(event)
  const rest = restorer.flush()
  if (rest !== null) yield rest
}
