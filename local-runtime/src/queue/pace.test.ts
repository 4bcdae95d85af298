import { expect, it } from 'vitest'
import { pace } from './pace.ts'

it('tells each caller that is turned away the time of a place of its own', () => {
  const speed = pace({ slots: 2, tokensPerSecond: null })
  speed.slotHeld(4_000)
  expect([1, 2, 3].map(() => speed.comeBackInMs(10_000))).toEqual([2_000, 4_000, 6_000])
})

it('promises past places to nobody', () => {
  const speed = pace({ slots: 1, tokensPerSecond: null })
  speed.slotHeld(1_000)
  speed.comeBackInMs(0)
  expect(speed.comeBackInMs(60_000)).toBe(1_000)
})

it('sends nobody away for longer than a minute', () => {
  const speed = pace({ slots: 1, tokensPerSecond: null })
  speed.slotHeld(50_000)
  expect([1, 2, 3].map(() => speed.comeBackInMs(0))).toEqual([50_000, 60_000, 60_000])
})

it('goes by the speed of the load until an answer has been seen', () => {
  expect(pace({ slots: 1, tokensPerSecond: 100 }).comeBackInMs(0)).toBe(2_000)
  expect(pace({ slots: 1, tokensPerSecond: null }).comeBackInMs(0)).toBe(10_000)
})

it('follows what it measures, the newest the most', () => {
  const speed = pace({ slots: 1, tokensPerSecond: 10 })
  speed.decoded(20, 1_000)
  expect(speed.tokensPerSecond()).toBeCloseTo(12)
  speed.decoded(1, 1)
  expect(speed.tokensPerSecond()).toBeCloseTo(12)
})

it('says how long until the first token: the line, then the reading of the prompt', () => {
  const speed = pace({ slots: 2, tokensPerSecond: null })
  speed.slotHeld(4_000)
  speed.promptRead(100, 500)
  expect(speed.firstTokenInMs(200, null)).toBe(1_000)
  expect(speed.firstTokenInMs(200, 0)).toBe(3_000)
  expect(speed.firstTokenInMs(200, 2)).toBe(7_000)
})

it('turns nobody away over what was not measured', () => {
  const speed = pace({ slots: 1, tokensPerSecond: 20 })
  expect(speed.firstTokenInMs(1_000, 5)).toBeNull()
  speed.promptRead(10, 100)
  expect(speed.firstTokenInMs(10, 5)).toBeNull()
  expect(speed.firstTokenInMs(10, null)).toBe(100)
})
