/**
 * One point of Workers Analytics Engine for each request, within its limits: one index of 96 bytes, 20 blobs of 16 KiB
 * together, 20 doubles, 25 points an invocation. Writing neither waits nor fails an answer.
 *
 * The places of blobs and doubles are their names: a new field goes to the end of its list.
 */
import { wrong } from '../options/checks.ts'
import type { Telemetry, TelemetryMeans, TelemetrySink } from '../options/telemetry-options.ts'
import type { RequestRecord } from '../record/record.ts'
import { mayTell } from './may-tell.ts'

/** What is used of an Analytics Engine binding. */
export type AnalyticsBinding = {
  writeDataPoint(point: {
    readonly indexes: string[]
    readonly blobs: string[]
    readonly doubles: number[]
  }): void
}

const mostIndexBytes = 96
/** Twenty of these are below the limit, in any script. */
const mostBlobChars = 200

/**
 * @example
 * nearside((c) => ({ telemetry: [analyticsEngine(c.env.ANALYTICS)], … }))
 */
export function analyticsEngine(binding: AnalyticsBinding): TelemetrySink {
  if (typeof binding?.writeDataPoint !== 'function')
    throw wrong('analytics', 'is an Analytics Engine binding: it has a function writeDataPoint')
  return { open: ({ count }) => openAnalytics(binding, count) }
}

function openAnalytics(binding: AnalyticsBinding, count: TelemetryMeans['count']): Telemetry {
  return {
    told(record) {
      if (!mayTell(record, 'provider:cloudflare')) {
        count({ to: 'analytics', outcome: 'private' })
        return
      }
      try {
        binding.writeDataPoint(pointOf(record))
        count({ to: 'analytics', outcome: 'sent' })
      } catch {
        count({ to: 'analytics', outcome: 'failed' })
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
