/** Who is told of each request beside the metrics and the host: nobody, unless the operator named somebody. */
import type { Metrics } from '../metrics/metrics.ts'
import type { Options } from '../options/resolve-options.ts'
import type { RequestRecord } from '../record/record.ts'
import { openAnalytics } from './analytics.ts'
import { openOtlp } from './otlp.ts'

export type Surroundings = {
  /** The caller's `traceparent`, as it came. */
  readonly trace: string | undefined
  readonly operation: 'chat' | 'embeddings'
  readonly waitUntil: (work: Promise<unknown>) => void
}

export type Telemetry = { told(record: RequestRecord, around: Surroundings): void }

/** Null where nobody is told. */
export function openTelemetry(
  { telemetry: terms, fetch: send, now }: Options,
  { registry }: Pick<Metrics, 'registry'>,
): Telemetry | null {
  if (terms === null) return null
  const { otlp, analytics } = terms
  const counted = registry.counter(
    'nearside_telemetry_total',
    'Spans and data points, by where they go and what became of them: sent, private, dropped, rejected or failed.',
  )
  const told = [
    ...(otlp === null ? [] : [openOtlp(otlp, { send, now, crypto }, counted)]),
    ...(analytics === null ? [] : [openAnalytics(analytics, counted)]),
  ]
  return {
    told(record, around) {
      for (const one of told) one.told(record, around)
    },
  }
}
