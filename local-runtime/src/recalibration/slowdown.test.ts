import { expect, it } from 'vitest'
import { slowdown } from './slowdown.ts'

const minute = 60_000
const fast = { tokensPerSecond: 10, loadedAtMs: 0, everyMs: 10 * minute }

it('wants threads tried once several answers in a row had less than half the speed of the load', () => {
  const watch = slowdown(fast)
  for (const due of [false, false, false, true]) {
    watch.answered(40, 10_000, 1)
    expect(watch.isTrialDue(11 * minute)).toBe(due)
  }
})

it('begins to count again with each answer that is fast enough', () => {
  const watch = slowdown(fast)
  for (const tokens of [40, 40, 40, 60, 40, 40, 40]) watch.answered(tokens, 10_000, 1)
  expect(watch.isTrialDue(11 * minute)).toBe(false)
})

it('does not take answers that share the machine for slow ones, nor short ones for a measure', () => {
  const watch = slowdown(fast)
  for (let count = 0; count < 10; count++) {
    watch.answered(20, 10_000, 4)
    watch.answered(3, 10_000, 1)
  }
  expect(watch.isTrialDue(11 * minute)).toBe(false)
})

it('leaves a pause after the load and after each trial', () => {
  const watch = slowdown(fast)
  const crawl = (): void => {
    for (let count = 0; count < 4; count++) watch.answered(40, 10_000, 1)
  }
  crawl()
  expect(watch.isTrialDue(9 * minute)).toBe(false)
  watch.tried(10 * minute, true)
  expect(watch.isTrialDue(30 * minute)).toBe(false)
  crawl()
  expect([watch.isTrialDue(19 * minute), watch.isTrialDue(20 * minute)]).toEqual([false, true])
})

it('comes back to the threads of the load, even where fewer are fast enough', () => {
  const watch = slowdown(fast)
  watch.tried(10 * minute, false)
  expect([watch.isTrialDue(19 * minute), watch.isTrialDue(20 * minute)]).toEqual([false, true])
  watch.tried(20 * minute, true)
  expect(watch.isTrialDue(90 * minute)).toBe(false)
})

it('never wants it where nothing was measured or where it is switched off', () => {
  for (const given of [{ tokensPerSecond: null }, { everyMs: 0 }]) {
    const watch = slowdown({ ...fast, ...given })
    for (let count = 0; count < 9; count++) watch.answered(40, 100_000, 1)
    expect(watch.isTrialDue(99 * minute)).toBe(false)
  }
})
