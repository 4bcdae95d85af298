import { expect, it } from 'vitest'
import { type Step, stepsAgainstShortage } from './steps.ts'

function watched(isBusy = () => false) {
  const told: (Step | 'admit-again')[] = []
  let forgotten = 0
  let loaded = true
  const steps = stepsAgainstShortage({
    forget: async () => void forgotten++,
    unload: async () => {
      if (isBusy() || !loaded) return false
      loaded = false
      return true
    },
    onStep: (step) => void told.push(step),
  })
  return { steps, told, forgotten: () => forgotten, loaded: () => loaded }
}

it('forgets first, then admits nobody, then unloads: one step a look', async () => {
  const { steps, told } = watched()
  const seen: unknown[] = []
  for (let look = 0; look < 4; look++) {
    await steps.look('short')
    seen.push([steps.level(), steps.admits(), told.at(-1)])
  }
  expect(seen).toEqual([
    [1, true, 'forget'],
    [2, false, 'stop-admitting'],
    [3, false, 'unload'],
    [3, false, 'unload'],
  ])
  expect(steps.taken()).toEqual({ forget: 1, 'stop-admitting': 1, unload: 1 })
})

it('takes all steps at once where the shortage is grave', async () => {
  const { steps, told } = watched()
  await steps.look('very-short')
  expect(told).toEqual(['forget', 'stop-admitting', 'unload'])
})

it('TRUST 33: never unloads a model that is used, and does as soon as it is not', async () => {
  let busy = true
  const { steps, loaded, forgotten } = watched(() => busy)
  for (let look = 0; look < 5; look++) await steps.look('very-short')
  expect([loaded(), steps.taken().unload, steps.admits()]).toEqual([true, 0, false])
  expect(forgotten()).toBeGreaterThan(1)
  busy = false
  await steps.look('short')
  expect([loaded(), steps.taken().unload]).toEqual([false, 1])
})

it('lets callers in again after some looks in a row that found enough', async () => {
  const { steps, told } = watched()
  await steps.look('very-short')
  for (const verdict of ['enough', 'enough', 'between', 'enough', 'enough'] as const) {
    await steps.look(verdict)
    expect(steps.admits()).toBe(false)
  }
  await steps.look('enough')
  expect([steps.admits(), steps.level(), told.at(-1)]).toEqual([true, 0, 'admit-again'])
})

it('does nothing at all while there is enough', async () => {
  const { steps, told } = watched()
  for (let look = 0; look < 5; look++) await steps.look('enough')
  expect([told, steps.level()]).toEqual([[], 0])
})
