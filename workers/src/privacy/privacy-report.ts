/** What is told of an inspection, in records and by `/v1/route`: levels, reasons and counts, and nothing of what was found. */
import type { Inspection, Zone } from '@nearside/core'
import { redactionFor } from '../gate/outgoing.ts'

export type PrivacyReport = Omit<Inspection, 'redaction'> & {
  /** How many values were replaced, or would be: null where the text goes, or went, as it is. */
  readonly redacted: number | null
}

/** `zone` is where it went; left out where that is not known yet, null where it went nowhere. */
export function reportOf(inspection: Inspection, zone?: Zone | null): PrivacyReport {
  const { redaction, ...told } = inspection
  const sent = zone === undefined ? redaction : zone === null ? null : redactionFor({ inspection }, zone)
  return { ...told, redacted: sent === null ? null : sent.key.values.size }
}
