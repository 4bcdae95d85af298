/** Who is told of requests, checked. */
import { isZone, type Zone } from '@nearside/core'
import { checkKeys, checkWhole, isObject, wrong } from './checks.ts'
import type { NearsideOptions } from './options.ts'
import type { AnalyticsBinding } from './telemetry-options.ts'

export type Otlp = {
  readonly url: string
  readonly headers: Headers
  readonly zone: Zone
  readonly serviceName: string
  readonly flushMs: number
}

export type TelemetryTerms = { readonly otlp: Otlp | null; readonly analytics: AnalyticsBinding | null }

/** Null where nobody is told. */
export function resolveTelemetry(given: NearsideOptions): TelemetryTerms | null {
  if (given.otlp === undefined && given.analytics === undefined) return null
  return { otlp: resolveOtlp(given), analytics: resolveAnalytics(given) }
}

function resolveOtlp({ otlp: given }: NearsideOptions): Otlp | null {
  if (given === undefined) return null
  if (!isObject(given)) throw wrong('otlp', 'is an object with a url')
  checkKeys(given, { url: true, headers: true, zone: true, serviceName: true, flushMs: true }, 'otlp')
  const { url, serviceName = 'nearside', flushMs = 1_000 } = given
  // The address may carry a token of its own, so it is not repeated.
  if (typeof url !== 'string' || !/^https?:/i.test(url) || !URL.canParse(url))
    throw wrong('otlp.url', 'is the https:// address of a collector, without /v1/traces')
  const zone = given.zone ?? `provider:${new URL(url).host}`
  if (!isZone(zone)) throw wrong('otlp.zone', 'is premises, gateway or provider:<name>')
  if (typeof serviceName !== 'string' || serviceName === '') throw wrong('otlp.serviceName', 'is a name')
  // Work behind an answer is cut off after 30 seconds, and sending takes up to five.
  checkWhole(flushMs, 'otlp.flushMs', 20_000)
  return { url: tracesAt(url), headers: headersOf(given.headers ?? {}), zone, serviceName, flushMs }
}

function resolveAnalytics({ analytics: given }: NearsideOptions): AnalyticsBinding | null {
  if (given === undefined) return null
  if (typeof given?.writeDataPoint !== 'function')
    throw wrong('analytics', 'is an Analytics Engine binding: it has a function writeDataPoint')
  return given
}

function tracesAt(url: string): string {
  const traces = new URL(url)
  if (!traces.pathname.endsWith('/v1/traces'))
    traces.pathname = `${traces.pathname.replace(/\/+$/, '')}/v1/traces`
  return traces.href
}

function headersOf(given: Readonly<Record<string, string>>): Headers {
  if (!isObject(given)) throw wrong('otlp.headers', 'is an object of names and values')
  try {
    const headers = new Headers(given as Record<string, string>)
    headers.set('content-type', 'application/json')
    return headers
  } catch {
    // A value is a secret, so it is not repeated.
    throw wrong('otlp.headers', 'has a name or a value that no header may have')
  }
}
