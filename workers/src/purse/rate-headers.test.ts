import { expect, it } from 'vitest'
import { durationText, rateHeaders } from './rate-headers.ts'

it.each([
  [0, '0s'],
  [1, '1ms'],
  [20, '20ms'],
  [1_000, '1s'],
  [1_500, '1.5s'],
  [60_000, '1m0s'],
  [61_001, '1m1.001s'],
  [360_000, '6m0s'],
])('spells %i milliseconds as OpenAI does: %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})

it('tells of the limits that there are, and of no others', () => {
  expect(rateHeaders({ requests: { limit: 3, remaining: 1, resetsInMs: 61_000 }, tokens: null })).toEqual({
    'x-ratelimit-limit-requests': '3',
    'x-ratelimit-remaining-requests': '1',
    'x-ratelimit-reset-requests': '1m1s',
  })
})
