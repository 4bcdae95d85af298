import { expect, it } from 'vitest'
import { forward } from './forward.ts'
import type { KeptPrefixes } from './kept-prefixes.ts'
import type { Steps } from './steps.ts'

it('goes on from a kept conversation of any length', () => {
  const ids = Array.from({ length: 200_000 }, (_, at) => at)
  let keptIds: readonly number[] = []
  const kept: KeptPrefixes = {
    find: () => ({ tokens: ids.length - 1, past: {} }),
    keep(given) {
      keptIds = given
    },
    tokens: () => 0,
    forget() {},
  }
  const steps: Steps = {
    open: () => ({}),
    run: () => Promise.reject(new Error('Nothing is run here.')),
  }
  const going = forward(steps, kept)
  expect(going.begin(ids)).toBe(ids.length - 1)
  going.keep()
  expect(keptIds).toEqual(ids.slice(0, -1))
})
