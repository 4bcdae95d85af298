import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { cadence } from './cadence.ts'

// How long somebody is waited for is a few milliseconds, which a busy machine may take for a turn of its loop.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

it('lets an answer that is alone go at once', async () => {
  const beat = cadence()
  const only = beat.join()
  let sent = 0
  only.asks()
  beat.schedule(() => sent++)
  await turn()
  expect(sent).toBe(1)
})

it('waits for everybody who writes, and sends them off together', async () => {
  const beat = cadence()
  const [first, second] = [beat.join(), beat.join()]
  let sent = 0
  first.asks()
  beat.schedule(() => sent++)
  await turn()
  expect(sent).toBe(0)
  second.asks()
  await turn()
  expect(sent).toBe(1)
})

it('does not wait for who has left', async () => {
  const beat = cadence()
  const [first, second] = [beat.join(), beat.join()]
  let sent = 0
  first.asks()
  beat.schedule(() => sent++)
  second.leaves()
  await turn()
  expect(sent).toBe(1)
})

it('does not wait for ever', async () => {
  const beat = cadence()
  const first = beat.join()
  beat.join()
  let sent = 0
  first.asks()
  beat.schedule(() => sent++)
  await turn()
  expect(sent).toBe(0)
  vi.advanceTimersByTime(100)
  expect(sent).toBe(1)
})

it('waits for half of what the batch before took, within bounds', () => {
  /** For how long a batch waits for somebody who does not come. */
  function waitsMs(batchMs: number): number {
    const beat = cadence()
    const first = beat.join()
    beat.join()
    let sent = 0
    const send = (): void => {
      first.asks()
      beat.schedule(() => sent++)
    }
    send()
    // Before anything is known, eight.
    vi.advanceTimersByTime(8)
    expect(sent).toBe(1)
    vi.advanceTimersByTime(batchMs)
    send()
    let waited = 0
    for (; sent < 2; waited++) vi.advanceTimersByTime(1)
    return waited
  }
  expect(waitsMs(2)).toBe(8)
  expect(waitsMs(60)).toBe(30)
  expect(waitsMs(5_000)).toBe(50)
})

it('sends off each batch once, and begins the next count anew', async () => {
  const beat = cadence()
  const [first, second] = [beat.join(), beat.join()]
  const sent: number[] = []
  for (const batch of [1, 2, 3]) {
    first.asks()
    beat.schedule(() => sent.push(batch))
    second.asks()
    await turn()
  }
  vi.advanceTimersByTime(50)
  expect(sent).toEqual([1, 2, 3])
})

it('lets what is no answer go when nobody writes', async () => {
  const beat = cadence()
  let sent = 0
  beat.schedule(() => sent++)
  await turn()
  expect(sent).toBe(1)
})
