/** How a collector is named, checked. */
import { isZone, type Zone } from '@nearside/core'
import { checkKeys, checkWhole, isObject, wrong } from '../options/checks.ts'

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

export type Otlp = {
  readonly url: string
  readonly headers: Headers
  readonly zone: Zone
  readonly serviceName: string
  readonly flushMs: number
}

const known: Readonly<Record<keyof OtlpOptions, true>> = {
  url: true,
  headers: true,
  zone: true,
  serviceName: true,
  flushMs: true,
}

export function resolveOtlp(given: OtlpOptions): Otlp {
  if (!isObject(given)) throw wrong('otlp', 'is an object with a url')
  checkKeys(given, known, 'otlp')
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
