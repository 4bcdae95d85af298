/** Who is told of each request beside the metrics and the host: nobody, unless the operator named somebody. */
import type { Metrics } from '../metrics/metrics.ts'
import type { Options } from '../options/resolve-options.ts'
import type { Telemetry } from '../options/telemetry-options.ts'

/** Null where nobody is told. */
export function openTelemetry(
  { telemetry: sinks, fetch: send, now }: Pick<Options, 'telemetry' | 'fetch' | 'now'>,
  { registry }: Pick<Metrics, 'registry'>,
): Telemetry | null {
  if (sinks.length === 0) return null
  const counted = registry.counter(
    'nearside_telemetry_total',
    'Spans and data points, by where they go and what became of them: sent, private, dropped, rejected or failed.',
  )
  const opened = sinks.map((sink) => sink.open({ send, now, count: (told, by) => counted.add(told, by) }))
  return {
    told(record, around) {
      for (const one of opened) one.told(record, around)
    },
  }
}
