/**
 * What of a request may be sent to a zone: the request itself, or what redaction left of it.
 *
 * Whoever sends a request's text anywhere takes it from here and passes the gate with it, so that a retry, a fallback or a
 * second opinion sends what the first attempt sent.
 */
import type { ChatRequest, Inspection, Redacted, Zone } from '@nearside/core'

type Outgoing = { readonly request: ChatRequest; readonly inspection?: Inspection }

export function requestFor(call: Outgoing, zone: Zone): ChatRequest {
  return redactionFor(call, zone)?.request ?? call.request
}

/** Null where the text goes as it is. */
export function redactionFor({ inspection }: Pick<Outgoing, 'inspection'>, zone: Zone): Redacted | null {
  return inspection === undefined || !zone.startsWith('provider:') ? null : inspection.redaction
}
