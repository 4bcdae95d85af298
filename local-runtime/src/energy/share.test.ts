import { expect, it } from 'vitest'
import { energyMeter } from './share.ts'

function metered() {
  const counter = { joules: 100 }
  const meter = energyMeter({ joules: () => counter.joules, estimated: false, standsOn: 'a test' })
  return { counter, meter }
}

it('gives an answer that runs alone all that is used meanwhile, and nothing of what was used before or after', () => {
  const { counter, meter } = metered()
  counter.joules += 50
  let tokens = 0
  const share = meter.begin(() => tokens)
  counter.joules += 7
  tokens = 20
  share.end()
  counter.joules += 50
  expect(share.soFar()).toEqual({ joules: 7, estimated: false })
  expect(meter.totalJoules()).toBe(7)
})

it('shares by tokens among answers that run at the same time', () => {
  const { counter, meter } = metered()
  const made = [0, 0]
  const first = meter.begin(() => made[0]!)
  counter.joules += 2
  made[0] = 10
  const second = meter.begin(() => made[1]!)
  counter.joules += 8
  made[0] += 10
  made[1] = 30
  first.end()
  counter.joules += 1
  second.end()
  expect([first.soFar()?.joules, second.soFar()?.joules]).toEqual([4, 7])
  expect(meter.totalJoules()).toBe(11)
})

it('shares equally what was used before anybody had a token', () => {
  const { counter, meter } = metered()
  const shares = [meter.begin(() => 0), meter.begin(() => 0)]
  counter.joules += 3
  expect(shares.map((share) => share.soFar()?.joules)).toEqual([1.5, 1.5])
})

it('loses nothing and gives nothing twice, however often it is asked', () => {
  const { counter, meter } = metered()
  let tokens = 0
  const share = meter.begin(() => tokens)
  for (let read = 0; read < 10; read++) {
    counter.joules += 0.5
    tokens++
    share.soFar()
  }
  share.end()
  share.end()
  expect([share.soFar()?.joules, meter.totalJoules()]).toEqual([5, 5])
})

it('calls an estimate that saw nothing no figure at all, and never zero joules', () => {
  const counter = { joules: 0 }
  const meter = energyMeter({ joules: () => counter.joules, estimated: true, standsOn: 'a test' })
  const share = meter.begin(() => 5)
  expect(share.soFar()).toBeNull()
  counter.joules = 0.08
  expect(share.soFar()).toEqual({ joules: 0.08, estimated: true })
})
