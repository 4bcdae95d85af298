/**
 * Reads an upstream's answer that is not a success.
 *
 * A refusal that the caller can mend is `tier-refused` and keeps its status: the request itself is at fault,
 * and another tier would say the same. A circle of gateways is told as one. Everything else is `tier-failed`, a matter between the gateway and the
 * upstream: the operator's key, its limits, its health. The upstream's words are passed on in neither case, for
 * they quote keys and prompts; its code is, when it is an identifier and nothing that a secret could look like.
 */
import type { JsonObject, JsonValue } from '../chat/json.ts'
import { NearsideError } from '../fault/nearside-error.ts'
import { isJsonObject, stringOf } from './json-object.ts'

export type UpstreamErrorHeaders = {
  readonly retryAfter?: string | null
  readonly retryAfterMs?: string | null
  /** The time at which the answer came, for a `retry-after` that is a date. */
  readonly now: number
}

export function readUpstreamError(
  status: number,
  text: string,
  headers?: UpstreamErrorHeaders,
): NearsideError {
  const error = readError(text)
  const upstreamCode = identifier(error.code) ?? identifier(error.type)
  const named = upstreamCode === null ? '' : ` (${upstreamCode})`
  const param = paramOf(error.param)
  const details = {
    upstreamStatus: status,
    ...(upstreamCode === null ? {} : { upstreamCode }),
  }
  if (mendable.has(status)) {
    return new NearsideError(
      'tier-refused',
      `The upstream refused the request with status ${status}${named}${param === null ? '' : `, for its ${param}`}.`,
      {
        ...details,
        ...(param === null ? {} : { param }),
      },
    )
  }
  // Asked again, or asked of another, a request that goes in a circle would only go round more often.
  if (status === loopDetected) {
    const circle = 'The upstream leads back to this gateway: the request has gone in a circle.'
    return new NearsideError('loop-detected', circle, { upstreamStatus: status })
  }
  const retryAfterMs = headers === undefined ? null : readRetryAfter(headers)
  return new NearsideError(
    'tier-failed',
    `The upstream failed with status ${status}${named}.${cureOf(status)}`,
    {
      ...details,
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    },
  )
}

/** What the gateway's operator has to look at: these are mended by no other try. */
function cureOf(status: number): string {
  if (status === 401 || status === 403) return ' The key that this gateway has for it is not accepted there.'
  if (status === 404) return ' It has no such model, or its URL here is wrong: most end in /v1.'
  return ''
}

// Not 409: it is a lock held for the moment, and worth another try.
const mendable: ReadonlySet<number> = new Set([400, 413, 422])

const loopDetected = 508

const longestError = 65_536

function readError(text: string): JsonObject {
  if (text.length > longestError) return {}
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    return {}
  }
  if (!isJsonObject(value)) return {}
  return isJsonObject(value.error) ? value.error : value
}

/**
 * Words of a code, as in `rate_limit_exceeded`. Keys have prefixes of their own and long runs of letters and
 * digits, and so are none.
 */
function identifier(value: JsonValue | undefined): string | null {
  const text = stringOf(value)
  if (text === null || text.length > 64) return null
  return /^(?!(?:sk|pk|rk|key)[_.-])[a-z][a-z0-9]{0,23}(?:[_.-][a-z0-9]{1,24}){0,9}$/.test(text) ? text : null
}

function paramOf(value: JsonValue | undefined): string | null {
  const text = stringOf(value)
  if (text === null || text.length > 64) return null
  return /^[a-z_]{1,24}(?:\[[0-9]{1,5}\]|\.[a-z_]{1,24})*$/.test(text) ? text : null
}

const longestWaitMs = 86_400_000

function readRetryAfter(headers: UpstreamErrorHeaders): number | null {
  const ms = headers.retryAfterMs?.trim() ?? ''
  if (isNumber(ms)) return bounded(Number(ms))
  const after = headers.retryAfter?.trim() ?? ''
  if (isNumber(after)) return bounded(Number(after) * 1_000)
  // A date as HTTP writes it; `Date.parse` alone would take many a text for one.
  if (!/^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT$/.test(after)) return null
  const date = Date.parse(after)
  return Number.isNaN(date) ? null : bounded(date - headers.now)
}

function isNumber(text: string): boolean {
  return /^[0-9]{1,12}(?:\.[0-9]{1,6})?$/.test(text)
}

function bounded(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), longestWaitMs)
}
