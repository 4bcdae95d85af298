import { expect, it } from 'vitest'
import { driftOf } from './drift.ts'
import { noVerdicts, type VerdictCounts } from './tally.ts'

const of = (good: number, worse: number): VerdictCounts => ({
  ...noVerdicts,
  verdicts: good + worse,
  good,
})

it('few verdicts prove nothing', () => {
  expect(driftOf(noVerdicts, 0.8)).toBe('unsure')
  expect(driftOf(of(0, 2), 0.8)).toBe('unsure')
  expect(driftOf(of(5, 0), 0.8)).toBe('unsure')
})

it('a fall is seen, and so is what is safely above', () => {
  expect(driftOf(of(20, 30), 0.8)).toBe('below')
  expect(driftOf(of(195, 5), 0.8)).toBe('above')
  expect(driftOf(of(160, 40), 0.8)).toBe('unsure')
})

it('a level that is kept rarely raises an alarm, though it is looked at after each of a thousand verdicts', () => {
  let alarms = 0
  for (let seed = 1; seed <= 200; seed++) {
    let state = seed * 2_654_435_761
    const chance = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 32
    }
    const newest: boolean[] = []
    for (let i = 0; i < 1_000; i++) {
      newest.push(chance() < 0.85)
      if (newest.length > 200) newest.shift()
      const good = newest.filter((each) => each).length
      if (driftOf(of(good, newest.length - good), 0.8) !== 'below') continue
      alarms++
      break
    }
  }
  expect(alarms).toBeLessThan(10)
})
