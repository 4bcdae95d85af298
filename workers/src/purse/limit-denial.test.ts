import { errorAnswer } from '@nearside/core'
import { expect, it } from 'vitest'
import { limitDenial } from './limit-denial.ts'
import { usedTokens } from './used-tokens.ts'

const denial = { scope: 'key:a', most: 60, asked: 1, passesInMs: 1_234 } as const
const rates = { requests: { limit: 60, remaining: 0, resetsInMs: 1_234 }, tokens: null }

const told = (given: Parameters<typeof limitDenial>[0]) => {
  const { status, headers, body } = errorAnswer(limitDenial(given, rates))
  const { error } = JSON.parse(body) as {
    error: { readonly type: string; readonly code: string; readonly message: string }
  }
  return { status, headers, ...error }
}

it('says which limit refused a request, and to the millisecond when it passes', () => {
  expect(told({ ...denial, limit: 'requests' })).toMatchObject({
    status: 429,
    headers: {
      'retry-after': '2',
      'retry-after-ms': '1234',
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '1.234s',
    },
    type: 'requests',
    code: 'rate_limit_exceeded',
    message: 'Limit of requests per minute reached for key:a: limit 60, requested 1. Ask again in 2 s.',
  })
})

it('has nobody ask again for what alone is more than a limit', () => {
  const { headers, code } = told({ ...denial, limit: 'tokens', asked: 61, passesInMs: null })
  expect([headers['x-should-retry'], headers['retry-after'], code]).toEqual([
    'false',
    undefined,
    'rate_limit_exceeded',
  ])
})

it('gives requests under way a code of their own', () => {
  expect(told({ ...denial, limit: 'concurrent', passesInMs: null })).toMatchObject({
    headers: { 'retry-after': '1' },
    code: 'concurrency_limit_exceeded',
  })
})

it('counts the tokens that were used where somebody knows them', () => {
  const seen = { promptTokens: 10, outputTokens: 4 }
  const usage = { ...seen, cachedTokens: 9, reasoningTokens: 3 }
  expect(usedTokens({ type: 'refused' })).toBe(0)
  expect(usedTokens({ type: 'usage-given', usage })).toBe(14)
  expect(usedTokens({ type: 'usage-given', usage: { ...usage, outputTokens: Number.NaN } })).toBe(0)
  expect(usedTokens({ type: 'ended-without-usage', ...seen })).toBe(14)
  expect(usedTokens({ type: 'cut', ...seen, heard: true })).toBe(14)
  expect(usedTokens({ type: 'hung-up', ...seen, heard: false })).toBeNull()
})
