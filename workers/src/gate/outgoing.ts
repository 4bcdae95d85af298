/**
 * What of a request may be sent to a zone: the request itself, or what redaction left of it.
 *
 * Whoever sends a request's text anywhere takes it from here and passes the gate with it, so that a retry, a fallback or a
 * second opinion sends what the first attempt sent.
 */
import { type ChatRequest, type Inspection, NearsideError, type Redacted, type Zone } from '@nearside/core'

type Outgoing = { readonly request: ChatRequest; readonly inspection?: Inspection }

export function requestFor(call: Outgoing, zone: Zone): ChatRequest {
  const redaction = redactionFor(call, zone)
  return redaction === null ? call.request : redactedAs(call.request, redaction)
}

/** Null where the text goes as it is. */
export function redactionFor({ inspection }: Pick<Outgoing, 'inspection'>, zone: Zone): Redacted | null {
  return inspection === undefined || !zone.startsWith('provider:') ? null : inspection.redaction
}

/** A strategy may ask with other settings than the caller's; a text that was not looked through goes nowhere. */
function redactedAs(asked: ChatRequest, { request, source }: Redacted): ChatRequest {
  if (asked === source) return request
  const settings = Object.entries(asked.body).filter(([key, value]) => value !== source.body[key])
  if (settings.every(([, value]) => typeof value === 'boolean' || typeof value === 'number'))
    return { ...request, body: { ...request.body, ...Object.fromEntries(settings) } }
  throw new NearsideError(
    'privacy-refused',
    'A text of this request was changed after it was looked through, and may go to no provider. Nothing was sent.',
  )
}
