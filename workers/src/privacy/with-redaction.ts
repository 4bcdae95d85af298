/** Signals that count what may be sent: a placeholder can be longer than the value in whose place it stands. */
import { type Inspection, promptTokens, type Signals } from '@nearside/core'

export function withRedaction(signals: Signals, inspection: Inspection | undefined): Signals {
  if (inspection === undefined || inspection.redaction === null) return signals
  const redacted = promptTokens(inspection.redaction.request)
  return redacted <= signals.promptTokens ? signals : { ...signals, promptTokens: redacted }
}
