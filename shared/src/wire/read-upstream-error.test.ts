import { describe, expect, it } from 'vitest'
import { readUpstreamError } from './read-upstream-error.ts'

const now = Date.UTC(2026, 10, 20, 12, 0, 0)

function openAiError(fields: Record<string, unknown>): string {
  return JSON.stringify({ error: { message: 'canary prompt with sk-canary', ...fields } })
}

describe('an upstream’s error', () => {
  it.each([400, 413, 422])('is a refusal that the caller must see: %i', (status) => {
    const error = readUpstreamError(
      status,
      openAiError({ code: 'string_above_max_length', type: 'invalid_request_error' }),
    )
    expect(error).toMatchObject({
      code: 'tier-refused',
      upstreamStatus: status,
      upstreamCode: 'string_above_max_length',
    })
    expect(error.message).toBe(
      `The upstream refused the request with status ${status} (string_above_max_length).`,
    )
  })

  it.each([301, 401, 402, 403, 405, 408, 409, 415, 429, 500, 502, 503, 529])(
    'is a failure of the tier, and no word of it is the caller’s: %i',
    (status) => {
      const error = readUpstreamError(status, openAiError({ type: 'server_error' }))
      expect(error).toMatchObject({
        code: 'tier-failed',
        upstreamStatus: status,
        upstreamCode: 'server_error',
      })
    },
  )

  it('tells the operator what no further try would mend', () => {
    expect(readUpstreamError(401, openAiError({ code: 'invalid_api_key' })).message).toBe(
      'The upstream failed with status 401 (invalid_api_key). The key that this gateway has for it is not accepted there.',
    )
    expect(readUpstreamError(404, '').message).toMatch(/no such model, or its URL here is wrong/)
    expect(readUpstreamError(500, '').message).toBe('The upstream failed with status 500.')
  })

  it('names the field in its message too, which is all that some clients show', () => {
    expect(readUpstreamError(400, openAiError({ code: 'bad', param: 'tool_choice' })).message).toBe(
      'The upstream refused the request with status 400 (bad), for its tool_choice.',
    )
  })

  it('names the field when it is one', () => {
    expect(readUpstreamError(400, openAiError({ param: 'messages[0].content' })).param).toBe(
      'messages[0].content',
    )
    expect(readUpstreamError(400, openAiError({ param: 'the canary prompt' })).param).toBeNull()
    expect(readUpstreamError(400, openAiError({ param: 'sk-canary' })).param).toBeNull()
  })

  it.each([
    '{"object":"error","message":"canary","type":"bad_thing","code":400}',
    '{"error":{"message":"canary","code":400,"type":"bad_thing"}}',
    '{"type":"error","error":{"type":"bad_thing","message":"canary"}}',
  ])('is understood in the shapes of other servers: %s', (text) => {
    expect(readUpstreamError(400, text).upstreamCode).toBe('bad_thing')
  })

  it.each([
    '',
    'canary',
    '<html>canary</html>',
    '{"error":"canary"}',
    '{"detail":[{"msg":"canary"}]}',
    '["canary"]',
    'null',
    openAiError({ code: 'Canary Key' }),
    openAiError({ code: 'sk-proj-canary' }),
    openAiError({ code: 'canary'.repeat(20) }),
    openAiError({ code: '0123456789abcdef0123456789canary' }),
    openAiError({ code: 'canary0123456789abcdef0123456789ab' }),
    openAiError({ code: 'canary\r\nx: 1' }),
    `{"error":{"code":"canary"},"x":"${'x'.repeat(100_000)}"}`,
  ])('TRUST 35: leaves no text of it in what a caller is told: %.60s', (text) => {
    for (const status of [400, 500]) {
      const error = readUpstreamError(status, text)
      expect(error.upstreamCode).toBeNull()
      expect(JSON.stringify([error.message, error.param, error.cause])).not.toContain('anary')
    }
  })

  it.each<[string | null, string | null, number | null]>([
    ['2', null, 2_000],
    ['0', null, 0],
    ['1.5', null, 1_500],
    [null, '250', 250],
    ['9', '250.5', 251],
    ['7', 'soon', 7_000],
    ['Fri, 20 Nov 2026 12:00:30 GMT', null, 30_000],
    ['Fri, 20 Nov 2026 11:00:00 GMT', null, 0],
    ['Fri, 20 Nov 2099 11:00:00 GMT', null, 86_400_000],
    ['999999999999', null, 86_400_000],
    ['-5', null, null],
    ['1e9', null, null],
    ['NaN', null, null],
    ['tomorrow', null, null],
    ['2027', null, 2_027_000],
    ['Fri, 99 Foo 2026 12:00:30 GMT', null, null],
    ['', '', null],
    [null, null, null],
  ])('says how long it asks to wait: %j and %j', (retryAfter, retryAfterMs, expected) => {
    expect(readUpstreamError(429, '', { retryAfter, retryAfterMs, now }).retryAfterMs).toBe(expected)
  })

  it('names no wait where it gave none', () => {
    expect(readUpstreamError(503, '').retryAfterMs).toBeNull()
  })
})
