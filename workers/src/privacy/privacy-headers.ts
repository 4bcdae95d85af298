/** What an answer's headers say of its request's privacy: how much was redacted, and what was flagged. */
import { type Inspection, responseHeaders as names, type Zone } from '@nearside/core'
import { redactionFor } from '../gate/outgoing.ts'

export function privacyHeaders(
  { inspection, request }: { readonly inspection?: Inspection; readonly request: Asked },
  zone: Zone,
): Record<string, string> {
  const headers: Record<string, string> = {}
  if (inspection === undefined) return headers
  const redaction = redactionFor({ inspection }, zone)
  if (redaction !== null) headers[names.redacted] = String(redaction.key.values.size)
  // They speak of placeholders, and are withheld.
  if (redaction !== null && request.sampling.logprobs) headers[names.ignored] = 'logprobs'
  const { suspicion } = inspection
  if (suspicion !== null) {
    const said = [...suspicion.kinds, ...(suspicion.unsure === null ? [] : [suspicion.unsure])]
    if (suspicion.action !== 'off' && said.length > 0) headers[names.flag] = said.join(', ')
  }
  return headers
}

type Asked = { readonly sampling: { readonly logprobs: boolean } }
