import { expect, it } from 'vitest'
import type { EngineModel, Recalibration } from '../engine/engine.ts'
import { scriptedModel } from '../engine/scripted.ts'
import type { Resident } from '../resident/resident.ts'
import { recalibrator } from './recalibrator.ts'

const model: EngineModel = { ...scriptedModel, tokensPerSecond: 10 }
const found: Recalibration = {
  outcome: 'changed',
  threads: 1,
  isAsAtLoad: false,
  why: 'tried anew',
  standsOn: 'a test',
}

function slowed(trial: () => Promise<Recalibration | null> = async () => found) {
  const clock = { nowMs: 0, isIdle: true, tried: 0, replaced: 0 }
  const resident = {
    recalibrate() {
      clock.tried++
      return trial()
    },
    async replace() {
      clock.replaced++
      return model
    },
  } as Partial<Resident> as Resident
  const threads = recalibrator({
    ...{ resident, everyMs: 600_000, isIdle: () => clock.isIdle, now: () => clock.nowMs },
    onTried: () => {},
  })
  threads.loaded(model)
  for (let count = 0; count < 4; count++) threads.answered(10, 10_000, 1)
  clock.nowMs = 600_000
  return { clock, threads }
}

it('tries nothing while somebody is answered, and does when nobody is', async () => {
  const { clock, threads } = slowed()
  clock.isIdle = false
  await threads.tryIfDue()
  expect(clock.tried).toBe(0)
  clock.isIdle = true
  await threads.tryIfDue()
  expect([clock.tried, threads.counts().changed]).toEqual([1, 1])
})

it('runs one trial at a time, and leaves the pause after it', async () => {
  const { clock, threads } = slowed()
  await Promise.all([threads.tryIfDue(), threads.tryIfDue(), threads.tryIfDue()])
  for (let count = 0; count < 4; count++) threads.answered(10, 10_000, 1)
  clock.nowMs += 599_999
  await threads.tryIfDue()
  expect(clock.tried).toBe(1)
  clock.nowMs++
  await threads.tryIfDue()
  expect(clock.tried).toBe(2)
})

it('does not load the model anew once somebody has come', async () => {
  const { clock, threads } = slowed(async () => {
    clock.isIdle = false
    return { ...found, outcome: 'reload' }
  })
  await threads.tryIfDue()
  expect([clock.replaced, threads.counts().interrupted]).toEqual([0, 1])
})

it('counts nothing where there is nothing to try, and begins anew with each load', async () => {
  const { clock, threads } = slowed(async () => null)
  await threads.tryIfDue()
  expect(Object.values(threads.counts()).every((count) => count === 0)).toBe(true)
  threads.loaded(model)
  clock.nowMs += 600_000
  await threads.tryIfDue()
  expect(clock.tried).toBe(1)
})
