import { expect, it } from 'vitest'
import { defaultBreakerLimits as limits, restLeftMs } from './breaker.ts'
import { afterOutcome, type Health, standing, unknownHealth } from './health.ts'

type Simple = 'call-begun' | 'answer-begun' | 'answer-complete' | 'call-failed' | 'call-undecided'

const after = (outcomes: readonly Simple[], now = 0, from: Health = unknownHealth): Health =>
  outcomes.reduce(
    (health, type) =>
      afterOutcome(health, type === 'answer-begun' ? { type, firstTokenMs: 100 } : { type }, limits, now),
    from,
  )
const failures = (count: number) => Array.from({ length: count }, () => 'call-failed' as const)

it('rests an upstream after as many failures in a row as the limit says, and not before', () => {
  expect(standing(after(failures(4)), limits, 0)).toBe('ready')
  expect(standing(after(failures(5)), limits, 0)).toBe('resting')
  expect(standing(after([...failures(4), 'answer-complete', ...failures(4)]), limits, 0)).toBe('ready')
})

it('lets one call find out when the rest is over, while the others still pass it over', () => {
  const open = after(failures(5))
  expect(standing(open, limits, 4_999)).toBe('resting')
  expect(standing(open, limits, 5_000)).toBe('trying')
  expect(standing(after(['call-begun'], 5_000, open), limits, 5_001)).toBe('resting')
})

it('is ready again after a trial that succeeded', () => {
  const tried = after(['call-begun', 'answer-begun'], 5_000, after(failures(5)))
  expect(standing(tried, limits, 5_000)).toBe('ready')
})

it('rests twice as long after a trial that failed, up to the longest rest', () => {
  let health = after(failures(5))
  let now = 0
  for (const restMs of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
    expect(standing(health, limits, now + restMs - 1)).toBe('resting')
    now += restMs
    expect(standing(health, limits, now)).toBe('trying')
    health = after(['call-begun', 'call-failed'], now, health)
  }
})

it('does not lengthen the rest for calls that were under way when it began', () => {
  const open = after(failures(3), 100, after(failures(5)))
  expect(standing(open, limits, 5_000)).toBe('trying')
})

it('forgets a trial whose outcome was never heard', () => {
  const lost = after(['call-begun'], 5_000, after(failures(5)))
  expect(standing(lost, limits, 5_000 + limits.trialMs)).toBe('trying')
})

it('averages the first-token time, the newest answer a fifth', () => {
  const health = afterOutcome(after(['answer-begun']), { type: 'answer-begun', firstTokenMs: 600 }, limits, 0)
  expect(health.firstTokenMs).toBeCloseTo(200)
})

it('keeps the average where an answer came whole, since its time says how long it was', () => {
  const whole = afterOutcome(after(['answer-begun']), { type: 'answer-begun', firstTokenMs: null }, limits, 0)
  expect(whole.firstTokenMs).toBe(100)
})

it('rests an upstream that begins each answer and breaks it off', () => {
  const cuts = Array.from({ length: 5 }, () => ['call-begun', 'answer-begun', 'call-failed'] as const).flat()
  expect(standing(after(cuts.slice(0, -1)), limits, 0)).toBe('ready')
  expect(standing(after(cuts), limits, 0)).toBe('resting')
})

it('rests again at once where the answer of a trial is broken off', () => {
  const tried = after(['call-begun', 'answer-begun', 'call-failed'], 5_000, after(failures(5)))
  expect(standing(tried, limits, 5_000)).toBe('resting')
})

it('ends a trial that found nothing out, and the next call is one', () => {
  const refused = after(['call-begun', 'call-undecided'], 5_000, after(failures(5)))
  expect(standing(refused, limits, 5_001)).toBe('trying')
})

it('does not end a rest for a call that was under way when it began', () => {
  expect(standing(after(['answer-complete'], 100, after(failures(5))), limits, 100)).toBe('resting')
})

it('says how long a rest will last, as far as is known', () => {
  const open = after(failures(5)).breaker
  expect(restLeftMs(unknownHealth.breaker, limits, 0)).toBeNull()
  expect(restLeftMs(open, limits, 1_200)).toBe(3_800)
  expect(restLeftMs(open, limits, 5_000)).toBeNull()
  expect(
    restLeftMs(after(['call-begun'], 5_000, { ...unknownHealth, breaker: open }).breaker, limits, 5_001),
  ).toBe(1_000)
})
