/** Who is told of requests: what a sink is, beside the metrics and the host. The value that a host passes brings its code. */
import type { RequestRecord } from '../record/record.ts'

/** Somebody who hears of each request, behind its answer: `otlp({ … })`, `analyticsEngine(binding)`. */
export type TelemetrySink = { open(means: TelemetryMeans): Telemetry }

export type Telemetry = { told(record: RequestRecord, around: Surroundings): void }

export type Surroundings = {
  /** The caller's `traceparent`, as it came. */
  readonly trace: string | undefined
  readonly operation: 'chat' | 'embeddings'
  readonly waitUntil: (work: Promise<unknown>) => void
}

export type TelemetryMeans = {
  readonly send: typeof fetch
  readonly now: () => number
  readonly count: (told: { readonly to: string; readonly outcome: string }, by?: number) => void
}
