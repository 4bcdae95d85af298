import { expect, it } from 'vitest'
import { type LimitTerms, limitsOf } from './limits.ts'
import {
  changedSlots,
  countedSlots,
  rateDenied,
  ratesOf,
  rowOf,
  type Slot,
  secondOf,
  takenOf,
} from './rate.ts'

const noon = Date.UTC(2026, 10, 21, 12)
const asked = (terms: LimitTerms, tokens = 0) => ({ limits: limitsOf(terms), tokens })

/** Numbers from 0 to below 1, the same each time. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

it('lets no sixty seconds, wherever they begin, see more than the limit', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const next = numbers(seed)
    const terms = { requestsPerMinute: 10, tokensPerMinute: 1_000 }
    const passed: { at: number; tokens: number }[] = []
    let slots: readonly Slot[] = []
    let now = noon
    for (let call = 0; call < 600; call += 1) {
      now += Math.floor(next() * 4_000)
      const tokens = Math.floor(next() * 200)
      slots = countedSlots(rowOf('account', slots, now), now)
      if (rateDenied(asked(terms, tokens), slots, 0, now)) continue
      slots = changedSlots(slots, secondOf(now), { requests: 1, tokens })
      passed.push({ at: now, tokens })
      expect(slots.length).toBeLessThanOrEqual(61)
    }
    expect(passed.length).toBeGreaterThan(100)
    for (const { at } of passed) {
      const span = passed.filter((other) => other.at > at - 60_000 && other.at <= at)
      expect(span.length).toBeLessThanOrEqual(10)
      expect(span.reduce((sum, each) => sum + each.tokens, 0)).toBeLessThanOrEqual(1_000)
    }
  }
})

it('says truly how long until an attempt passes: not a millisecond earlier', () => {
  const slots = [
    { second: secondOf(noon), requests: 1, tokens: 600 },
    { second: secondOf(noon) + 10, requests: 1, tokens: 300 },
  ]
  const at = noon + 15_000
  const attempt = asked({ tokensPerMinute: 1_000 }, 650)
  const denial = rateDenied(attempt, slots, 0, at)
  expect(denial).toEqual({ scope: 'account', limit: 'tokens', most: 1_000, asked: 650, passesInMs: 46_000 })
  const row = rowOf('account', slots, at)
  expect(rateDenied(attempt, countedSlots(row, at + 45_999), 0, at + 45_999)).not.toBeNull()
  expect(rateDenied(attempt, countedSlots(row, at + 46_000), 0, at + 46_000)).toBeNull()
})

it('never counts below nothing, and never beyond what can be added', () => {
  expect(changedSlots([{ second: 1, requests: 1, tokens: 5 }], 1, { requests: -2, tokens: -9 })).toEqual([])
  const [slot] = changedSlots([{ second: 1, requests: 1, tokens: Number.MAX_SAFE_INTEGER }], 1, {
    requests: 0,
    tokens: 9,
  })
  expect(slot?.tokens).toBe(Number.MAX_SAFE_INTEGER)
})

it('tells what is left, and only of limits that there are', () => {
  const taken = takenOf([{ second: secondOf(noon), requests: 3, tokens: 0 }], noon)
  expect(ratesOf(limitsOf({ requestsPerMinute: 2 }), taken)).toEqual({
    requests: { limit: 2, remaining: 0, resetsInMs: 61_000 },
    tokens: null,
  })
  expect(ratesOf(limitsOf({ tokensPerMinute: 9 }), taken).tokens).toEqual({
    limit: 9,
    remaining: 9,
    resetsInMs: 0,
  })
})

it.each([
  ['limits', {}],
  ['limits.perMinute', { perMinute: 4 }],
  ['limits.requestsPerMinute', { requestsPerMinute: 1.5 }],
  ['limits.tokensPerMinute', { tokensPerMinute: -1 }],
  ['limits.concurrent', { concurrent: '3' }],
  ['limits.scope', { scope: 'a}b', concurrent: 3 }],
])('refuses terms that are wrong, with their path: %s', (param, terms) => {
  expect(() => limitsOf(terms as LimitTerms)).toThrow(expect.objectContaining({ code: 'bad-options', param }))
})
