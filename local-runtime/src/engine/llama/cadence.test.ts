import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { afterEach, expect, it, vi } from 'vitest'
import { cadence, type Member } from './cadence.ts'

afterEach(() => vi.useRealTimers())

/** Those whose turn it is, by name, in the order in which it came. */
function crowd(): { readonly gone: string[]; waits(name: string, member: Member): void } {
  const gone: string[] = []
  return { gone, waits: (name, member) => void member.turn()?.then(() => gone.push(name)) }
}

it('lets an answer that is alone go at once', () => {
  expect(cadence().join().turn()).toBeNull()
})

it('waits for everybody who writes, and lets them go together', async () => {
  const beat = cadence()
  const [first, second, third] = [beat.join(), beat.join(), beat.join()]
  const { gone, waits } = crowd()
  waits('first', first)
  waits('second', second)
  await turnOfTheLoop()
  expect(gone).toEqual([])
  waits('third', third)
  await Promise.resolve()
  // Not among the microtasks in which the last token is still being handed out.
  expect(gone).toEqual([])
  await turnOfTheLoop()
  expect(gone).toEqual(['first', 'second', 'third'])
})

it('does not wait for who has left, and leaves alone who is the last', async () => {
  const beat = cadence()
  const [first, second] = [beat.join(), beat.join()]
  const { gone, waits } = crowd()
  waits('first', first)
  second.leaves()
  await turnOfTheLoop()
  expect(gone).toEqual(['first'])
  expect(first.turn()).toBeNull()
})

it('lets them go in the order of their slots', async () => {
  const beat = cadence()
  const { gone, waits } = crowd()
  const members = [2, 0, 3, 1].map((slot) => [`${slot}`, beat.join(slot)] as const)
  for (const [name, member] of members) waits(name, member)
  await turnOfTheLoop()
  expect(gone).toEqual(['0', '1', '2', '3'])
})

it('waits for who has come meanwhile', async () => {
  const beat = cadence()
  const [first, second] = [beat.join(), beat.join()]
  const { gone, waits } = crowd()
  waits('first', first)
  const third = beat.join()
  waits('second', second)
  await turnOfTheLoop()
  expect(gone).toEqual([])
  waits('third', third)
  await turnOfTheLoop()
  expect(gone).toHaveLength(3)
})

it('counts anew for each token', async () => {
  const beat = cadence()
  const [first, second] = [beat.join(), beat.join()]
  const { gone, waits } = crowd()
  for (const token of [1, 2, 3]) {
    waits(`first ${token}`, first)
    await turnOfTheLoop()
    expect(gone).toHaveLength(2 * (token - 1))
    waits(`second ${token}`, second)
    await turnOfTheLoop()
    expect(gone.slice(-2)).toEqual([`first ${token}`, `second ${token}`])
  }
})

it('does not wait for ever', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const beat = cadence()
  const first = beat.join()
  beat.join()
  const { gone, waits } = crowd()
  waits('first', first)
  await vi.advanceTimersByTimeAsync(999)
  expect(gone).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(gone).toEqual(['first'])
})
