import { NearsideError } from '@nearside/core'
import { describe, expect, it } from 'vitest'
import { mayFallBack, pauseBeforeRetry } from './pause.ts'

const retry = { attempts: 3, pauseMs: 200, longestPauseMs: 2_000 }
const failed = (upstreamStatus: number | null, retryAfterMs?: number) =>
  new NearsideError('tier-failed', 'failed', {
    ...(upstreamStatus === null ? {} : { upstreamStatus }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
const pause = (error: NearsideError, attempt = 1, leftMs = 60_000, random = 0) =>
  pauseBeforeRetry(error, attempt, leftMs, retry, () => random)

describe('TRUST 18: the pause before an upstream is asked again', () => {
  it('doubles with each attempt and is shortened by up to half at random', () => {
    expect(pause(failed(500))).toBe(200)
    expect(pause(failed(500), 2)).toBe(400)
    expect(pause(failed(500), 1, 60_000, 1)).toBe(100)
  })

  it('is as long as the upstream asks for, unless that is longer than anybody should wait', () => {
    expect(pause(failed(429, 1_500))).toBe(1_500)
    expect(pause(failed(429, 2_500))).toBeNull()
  })

  it('never outlasts what is left of the deadline', () => {
    expect(pause(failed(500), 1, 150)).toBeNull()
  })

  it('is not taken where the upstream would say the same again', () => {
    for (const status of [401, 403, 404]) expect(pause(failed(status))).toBeNull()
    for (const status of [null, 408, 409, 429, 500, 502, 503, 504]) expect(pause(failed(status))).toBe(200)
  })

  it('is not taken after a time-out, which the upstream may bill', () => {
    expect(pause(new NearsideError('timed-out', 'late'))).toBeNull()
  })

  it('ends with the last attempt', () => {
    expect(pause(failed(500), 3)).toBeNull()
  })
})

it('TRUST 18: a refusal is asked of another only where a local node gave it, which may lack what others have', () => {
  const refused = new NearsideError('tier-refused', 'refused', { upstreamStatus: 400 })
  expect(mayFallBack(refused, 'local')).toBe(true)
  expect(mayFallBack(refused, 'frontier')).toBe(false)
  expect(mayFallBack(failed(500), 'frontier')).toBe(true)
})
