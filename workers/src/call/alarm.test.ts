import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openAlarm } from './alarm.ts'

beforeEach(() => void vi.useFakeTimers({ now: 0 }))
afterEach(() => void vi.useRealTimers())

it('rings at its time, once', () => {
  const rung: number[] = []
  openAlarm(Date.now).set(100, () => rung.push(Date.now()))
  vi.advanceTimersByTime(1_000)
  expect(rung).toEqual([100])
})

it('rings at the later time where it was put off, and needs no second timer until then', () => {
  const rung: string[] = []
  const alarm = openAlarm(Date.now)
  alarm.set(100, () => rung.push('first'))
  alarm.set(500, () => rung.push(`second at ${Date.now()}`))
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(1_000)
  expect(rung).toEqual(['second at 500'])
})

it('rings at the earlier time where it was brought forward', () => {
  const rung: number[] = []
  const alarm = openAlarm(Date.now)
  alarm.set(500, () => rung.push(-1))
  alarm.set(100, () => rung.push(Date.now()))
  vi.advanceTimersByTime(1_000)
  expect([rung, vi.getTimerCount()]).toEqual([[100], 0])
})

it('is silent while nobody waits, and can be set again', () => {
  const rung: number[] = []
  const alarm = openAlarm(Date.now)
  alarm.set(100, () => rung.push(-1))
  alarm.rest()
  vi.advanceTimersByTime(200)
  alarm.set(300, () => rung.push(Date.now()))
  vi.advanceTimersByTime(200)
  expect(rung).toEqual([300])
})

it('leaves no timer behind when the request is over', () => {
  const alarm = openAlarm(Date.now)
  alarm.set(100, () => expect.unreachable())
  alarm.clear()
  expect(vi.getTimerCount()).toBe(0)
})
