/** Who is told of requests, as a host says it. */
import type { Zone } from '@nearside/core'

export type OtlpOptions = {
  /** The collector's OTLP over HTTP; `/v1/traces` is added. */
  readonly url: string
  /** Sent along: a key, mostly. @default none */
  readonly headers?: Readonly<Record<string, string>>
  /** Where the collector is. @default `provider:` and the host of `url`: nearer must be declared */
  readonly zone?: Zone
  /** What this gateway is called. @default 'nearside' */
  readonly serviceName?: string
  /** How long spans are gathered. @default 1000 */
  readonly flushMs?: number
}

/** What is used of an Analytics Engine binding. */
export type AnalyticsBinding = {
  writeDataPoint(point: {
    readonly indexes: string[]
    readonly blobs: string[]
    readonly doubles: number[]
  }): void
}
