/**
 * What a caller is told when something went wrong: the one table from the codes of our faults to the status,
 * type and code that OpenAI clients know, and the shape `{"error":{"message","type","param","code"}}`.
 *
 * The openai SDK asks again by itself on 408, 409, 429 and every 5xx. Where asking again cannot help, or would
 * be paid for twice, the answer says `x-should-retry: false`; where waiting helps it says how long.
 */
import { isNearsideError, NearsideError, type NearsideErrorCode } from '../fault/nearside-error.ts'
import { responseHeaders } from './header-names.ts'

export type ErrorAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

type Row = {
  readonly status: number
  readonly type: string
  readonly code: string
  readonly retry?: 'never' | { readonly afterMs: number }
}

const invalid = 'invalid_request_error'
const soon = { afterMs: 1_000 }

const rows: { readonly [code in NearsideErrorCode]: Row } = {
  'bad-request': { status: 400, type: invalid, code: 'bad_request' },
  'context-too-long': { status: 400, type: invalid, code: 'context_length_exceeded' },
  'tier-refused': { status: 400, type: invalid, code: 'tier_refused' },
  'content-blocked': { status: 400, type: invalid, code: 'content_policy_violation' },
  unauthorized: { status: 401, type: invalid, code: 'invalid_api_key' },
  forbidden: { status: 403, type: 'permission_error', code: 'forbidden' },
  'privacy-refused': { status: 403, type: 'permission_error', code: 'privacy_refused' },
  'not-found': { status: 404, type: invalid, code: 'not_found' },
  'unknown-model': { status: 404, type: invalid, code: 'model_not_found' },
  'method-not-allowed': { status: 405, type: invalid, code: 'method_not_allowed' },
  // 409 says not now and is asked again by clients; another request under one key is wrong for good.
  'key-in-flight': { status: 409, type: invalid, code: 'idempotency_key_in_flight', retry: soon },
  'key-reused': { status: 422, type: invalid, code: 'idempotency_key_reused', retry: 'never' },
  'body-too-large': { status: 413, type: invalid, code: 'body_too_large' },
  'unsupported-media-type': { status: 415, type: invalid, code: 'unsupported_media_type' },
  'budget-exhausted': { status: 429, type: 'insufficient_quota', code: 'insufficient_quota', retry: 'never' },
  'budget-in-flight': { status: 429, type: 'rate_limit_error', code: 'budget_in_flight', retry: soon },
  // OpenAI's type of a limit is what it counts.
  'requests-limited': { status: 429, type: 'requests', code: 'rate_limit_exceeded', retry: soon },
  'tokens-limited': { status: 429, type: 'tokens', code: 'rate_limit_exceeded', retry: soon },
  'limit-too-small': { status: 429, type: 'tokens', code: 'rate_limit_exceeded', retry: 'never' },
  'concurrency-limited': { status: 429, type: 'requests', code: 'concurrency_limit_exceeded', retry: soon },
  'queue-full': { status: 429, type: 'rate_limit_error', code: 'queue_full', retry: soon },
  // Nobody reads it; proxies log it under this number.
  'client-gone': { status: 499, type: invalid, code: 'client_gone', retry: 'never' },
  'bad-model': { status: 500, type: 'server_error', code: 'bad_model', retry: 'never' },
  'bad-options': { status: 500, type: 'server_error', code: 'bad_options', retry: 'never' },
  internal: { status: 500, type: 'server_error', code: 'internal_error', retry: 'never' },
  'tier-failed': { status: 502, type: 'server_error', code: 'tier_failed', retry: soon },
  'no-tier-left': { status: 503, type: 'server_error', code: 'no_tier_left', retry: soon },
  'not-ready': { status: 503, type: 'server_error', code: 'not_ready', retry: soon },
  'store-failed': { status: 503, type: 'server_error', code: 'store_failed', retry: soon },
  'timed-out': { status: 504, type: 'server_error', code: 'timed_out' },
  'loop-detected': { status: 508, type: 'server_error', code: 'loop_detected', retry: 'never' },
}

export function errorAnswer(error: NearsideError): ErrorAnswer {
  // A fault of another version of this package may have a code that this one does not know.
  const row = Object.hasOwn(rows, error.code) ? rows[error.code] : rows.internal
  const refused = error.code === 'tier-refused'
  const status = refused && isRefusal(error.upstreamStatus) ? error.upstreamStatus : row.status
  const code = (refused ? error.upstreamCode : null) ?? row.code
  return {
    status,
    headers: { ...error.headers, 'content-type': 'application/json', ...retryHeaders(row, error) },
    body: JSON.stringify({ error: { message: error.message, type: row.type, param: error.param, code } }),
  }
}

function retryHeaders(
  row: Row,
  { code, maybeBilled, retryAfterMs, upstreamStatus }: NearsideError,
): Readonly<Record<string, string>> {
  const isOperators = code === 'tier-failed' && upstreamStatus !== null && operators.has(upstreamStatus)
  if (row.retry === 'never' || maybeBilled || isOperators) return { [responseHeaders.shouldRetry]: 'false' }
  const afterMs = retryAfterMs ?? row.retry?.afterMs ?? null
  if (afterMs === null || !Number.isFinite(afterMs)) return {}
  return {
    [responseHeaders.retryAfter]: String(Math.max(1, Math.ceil(afterMs / 1_000))),
    [responseHeaders.retryAfterMs]: String(Math.max(1, Math.ceil(afterMs))),
  }
}

/** A key that is not accepted and a model that is not there are mended by the gateway's operator, and by no other try. */
const operators: ReadonlySet<number> = new Set([401, 403, 404])

function isRefusal(status: number | null): status is number {
  return status !== null && status >= 400 && status < 500
}

/** Whatever was thrown, as one of our faults. The text of a stranger's error stays in `cause`, away from callers. */
export function faultOf(error: unknown): NearsideError {
  if (isNearsideError(error)) return error
  const name = error instanceof Error ? error.name : ''
  if (name === 'TimeoutError')
    return new NearsideError('timed-out', 'The call took too long.', { cause: error })
  if (name === 'AbortError')
    return new NearsideError('client-gone', 'The call was abandoned.', { cause: error })
  return new NearsideError('internal', 'Something failed inside the gateway.', { cause: error })
}
