import { APIError } from 'openai'
import { describe, expect, it } from 'vitest'
import { NearsideError, type NearsideErrorCode } from '../fault/nearside-error.ts'
import { errorAnswer, faultOf } from './error.ts'

describe('the answer to a fault', () => {
  it.each<[NearsideErrorCode, number, string, string, Record<string, string>]>([
    ['bad-request', 400, 'invalid_request_error', 'bad_request', {}],
    ['context-too-long', 400, 'invalid_request_error', 'context_length_exceeded', {}],
    ['tier-refused', 400, 'invalid_request_error', 'tier_refused', {}],
    ['unauthorized', 401, 'invalid_request_error', 'invalid_api_key', {}],
    ['forbidden', 403, 'permission_error', 'forbidden', {}],
    ['privacy-refused', 403, 'permission_error', 'privacy_refused', {}],
    ['not-found', 404, 'invalid_request_error', 'not_found', {}],
    ['unknown-model', 404, 'invalid_request_error', 'model_not_found', {}],
    ['method-not-allowed', 405, 'invalid_request_error', 'method_not_allowed', {}],
    ['body-too-large', 413, 'invalid_request_error', 'body_too_large', {}],
    ['unsupported-media-type', 415, 'invalid_request_error', 'unsupported_media_type', {}],
    ['budget-exhausted', 429, 'insufficient_quota', 'insufficient_quota', { 'x-should-retry': 'false' }],
    [
      'budget-in-flight',
      429,
      'rate_limit_error',
      'budget_in_flight',
      { 'retry-after': '1', 'retry-after-ms': '1000' },
    ],
    ['queue-full', 429, 'rate_limit_error', 'queue_full', { 'retry-after': '1', 'retry-after-ms': '1000' }],
    ['client-gone', 499, 'invalid_request_error', 'client_gone', { 'x-should-retry': 'false' }],
    ['bad-options', 500, 'server_error', 'bad_options', { 'x-should-retry': 'false' }],
    ['bad-model', 500, 'server_error', 'bad_model', { 'x-should-retry': 'false' }],
    ['internal', 500, 'server_error', 'internal_error', { 'x-should-retry': 'false' }],
    ['tier-failed', 502, 'server_error', 'tier_failed', { 'retry-after': '1', 'retry-after-ms': '1000' }],
    ['no-tier-left', 503, 'server_error', 'no_tier_left', { 'retry-after': '1', 'retry-after-ms': '1000' }],
    ['not-ready', 503, 'server_error', 'not_ready', { 'retry-after': '1', 'retry-after-ms': '1000' }],
    ['store-failed', 503, 'server_error', 'store_failed', { 'retry-after': '1', 'retry-after-ms': '1000' }],
    ['timed-out', 504, 'server_error', 'timed_out', {}],
    ['loop-detected', 508, 'server_error', 'loop_detected', { 'x-should-retry': 'false' }],
  ])(
    'has the status, type and code that OpenAI clients know: %s is %i',
    (code, status, type, wireCode, headers) => {
      const answer = errorAnswer(new NearsideError(code, 'It went wrong.', { param: 'messages[0]' }))
      expect(answer.status).toBe(status)
      expect(answer.headers).toEqual({ 'content-type': 'application/json', ...headers })
      expect(JSON.parse(answer.body)).toEqual({
        error: { message: 'It went wrong.', type, param: 'messages[0]', code: wireCode },
      })
    },
  )

  it('is understood by the openai SDK', () => {
    const answer = errorAnswer(new NearsideError('budget-exhausted', 'Spent.'))
    const error = APIError.generate(
      answer.status,
      JSON.parse(answer.body) as object,
      undefined,
      new Headers(answer.headers),
    )
    expect(error).toMatchObject({
      status: 429,
      code: 'insufficient_quota',
      type: 'insufficient_quota',
      message: '429 Spent.',
    })
  })

  it.each([
    [0, '1', '1'],
    [1, '1', '1'],
    [1_500, '2', '1500'],
    [30_000.2, '31', '30001'],
  ])('says how long to wait, in whole seconds that are enough: %d ms', (retryAfterMs, seconds, ms) => {
    const { headers } = errorAnswer(new NearsideError('queue-full', 'Full.', { retryAfterMs }))
    expect(headers).toMatchObject({ 'retry-after': seconds, 'retry-after-ms': ms })
  })

  it.each([401, 403, 404])(
    'asks nobody to try again where the gateway’s own key or model is refused with %i',
    (upstreamStatus) => {
      const { status, headers } = errorAnswer(new NearsideError('tier-failed', 'No.', { upstreamStatus }))
      expect(status).toBe(502)
      expect(headers).toMatchObject({ 'x-should-retry': 'false' })
      expect(headers).not.toHaveProperty('retry-after')
    },
  )

  it.each(['timed-out', 'tier-failed'] as const)(
    'asks nobody to ask again for what may have been billed already: %s',
    (code) => {
      const billed = new NearsideError(code, 'Late.', { maybeBilled: true, retryAfterMs: 500 })
      expect(errorAnswer(billed).headers).toEqual({
        'content-type': 'application/json',
        'x-should-retry': 'false',
      })
      const free = errorAnswer(new NearsideError(code, 'Late.', { retryAfterMs: 500 }))
      expect(free.headers).toMatchObject({ 'retry-after-ms': '500' })
      expect(free.headers).not.toHaveProperty('x-should-retry')
    },
  )

  it('passes on an upstream’s refusal with its status and code', () => {
    const refusal = new NearsideError('tier-refused', 'No.', {
      upstreamStatus: 422,
      upstreamCode: 'string_too_long',
    })
    expect(errorAnswer(refusal)).toMatchObject({
      status: 422,
      body: expect.stringContaining('"code":"string_too_long"'),
    })
  })

  it('never passes on a status that is no refusal, nor the code of an upstream that failed', () => {
    expect(errorAnswer(new NearsideError('tier-refused', 'No.', { upstreamStatus: 200 })).status).toBe(400)
    const failed = errorAnswer(
      new NearsideError('tier-failed', 'No.', { upstreamStatus: 401, upstreamCode: 'invalid_api_key' }),
    )
    expect(failed.status).toBe(502)
    expect(failed.body).toContain('"code":"tier_failed"')
  })
})

describe('whatever was thrown', () => {
  it('stays what it is when it is one of our faults', () => {
    const fault = new NearsideError('queue-full', 'Full.')
    expect(faultOf(fault)).toBe(fault)
  })

  it.each<[unknown, NearsideErrorCode]>([
    [new Error('canary'), 'internal'],
    [new TypeError('canary'), 'internal'],
    ['canary', 'internal'],
    [undefined, 'internal'],
    [{ name: 'TimeoutError', message: 'canary' }, 'internal'],
    [new DOMException('canary', 'TimeoutError'), 'timed-out'],
    [new DOMException('canary', 'AbortError'), 'client-gone'],
  ])('becomes a fault whose text says nothing of it: %s', (thrown, code) => {
    const fault = faultOf(thrown)
    expect(fault.code).toBe(code)
    expect(fault.cause).toBe(thrown)
    expect(errorAnswer(fault).body).not.toContain('canary')
  })

  it('is an internal error when it comes from a version with codes unknown here', () => {
    const later = Object.assign(new Error('Later.'), { name: 'NearsideError', code: 'constructor' })
    expect(errorAnswer(faultOf(later)).status).toBe(500)
  })
})
