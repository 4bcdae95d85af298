/**
 * One point of Workers Analytics Engine for each request, within its limits: one index of 96 bytes, 20 blobs of 16 KiB
 * together, 20 doubles, 25 points an invocation. Writing neither waits nor fails an answer.
 *
 * The places of blobs and doubles are their names: a new field goes to the end of its list.
 */
import type { Counter } from '../metrics/registry.ts'
import type { AnalyticsBinding } from '../options/telemetry-options.ts'
import type { RequestRecord } from '../record/record.ts'
import { mayTell } from './may-tell.ts'
import type { Telemetry } from './telemetry.ts'

const mostIndexBytes = 96
/** Twenty of these are below the limit, in any script. */
const mostBlobChars = 200

export function openAnalytics(binding: AnalyticsBinding, counted: Counter): Telemetry {
  return {
    told(record) {
      if (!mayTell(record, 'provider:cloudflare')) {
        counted.add({ to: 'analytics', outcome: 'private' })
        return
      }
      try {
        binding.writeDataPoint(pointOf(record))
        counted.add({ to: 'analytics', outcome: 'sent' })
      } catch {
        counted.add({ to: 'analytics', outcome: 'failed' })
      }
    },
  }
}

function pointOf(record: RequestRecord): Parameters<AnalyticsBinding['writeDataPoint']>[0] {
  const { plan, served, signals, usage } = record
  const reason = plan === null ? '' : plan.kind === 'serve' ? plan.reason : plan.refusal
  const blobs = [
    record.id,
    record.outcome,
    served?.tier ?? '',
    served?.target ?? '',
    served?.model ?? '',
    plan?.strategy ?? '',
    reason,
    record.degraded ?? '',
    record.error ?? '',
    signals?.task ?? '',
    record.wishes?.privacy.level ?? '',
    record.stream ? 'stream' : 'whole',
  ]
  return {
    indexes: [withinBytes(record.tenant ?? '', mostIndexBytes)],
    blobs: blobs.map((blob) => blob.slice(0, mostBlobChars)),
    doubles: [
      record.durationMs,
      served?.firstTokenMs ?? -1,
      usage?.promptTokens ?? 0,
      usage?.outputTokens ?? 0,
      record.charge?.amount ?? 0,
      record.overheadMs,
      served?.attempts ?? 0,
      plan?.kind === 'serve' ? plan.confidence : -1,
      signals?.difficulty ?? -1,
      record.joules ?? 0,
    ],
  }
}

function withinBytes(text: string, most: number): string {
  const bytes = new TextEncoder().encode(text)
  // Half a letter at the end is left out.
  return bytes.length <= most
    ? text
    : new TextDecoder().decode(bytes.subarray(0, most)).replace(/\ufffd+$/, '')
}
