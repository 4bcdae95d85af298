import { expect, it } from 'vitest'
import type { Alarm } from '../call/alarm.ts'
import { splitAlarm } from './split-alarm.ts'

/** One timer, which the test winds on. */
function timer() {
  let set: { at: number; ring: () => void } | null = null
  const clock = { at: 0 }
  const alarm: Alarm = {
    set(at, ring) {
      set = { at, ring }
    },
    rest() {
      set = null
    },
    clear() {
      set = null
    },
  }
  const windTo = (at: number): void => {
    while (set !== null && set.at <= at) {
      clock.at = set.at
      const { ring } = set
      set = null
      ring()
    }
    clock.at = at
  }
  return { alarm, now: () => clock.at, windTo, isSet: () => set !== null }
}

it('rings each alarm at its own time, on one timer', () => {
  const { alarm, now, windTo, isSet } = timer()
  const alarms = splitAlarm(alarm, now)
  const rung: string[] = []
  const [late, early] = [alarms(), alarms()]
  late.set(200, () => rung.push('late'))
  early.set(100, () => rung.push('early'))
  windTo(150)
  expect(rung).toEqual(['early'])
  windTo(250)
  expect(rung).toEqual(['early', 'late'])
  expect(isSet()).toBe(false)
})

it('forgets an alarm that rests, and leaves the others', () => {
  const { alarm, now, windTo } = timer()
  const alarms = splitAlarm(alarm, now)
  const rung: string[] = []
  const [one, other] = [alarms(), alarms()]
  one.set(100, () => rung.push('one'))
  other.set(100, () => rung.push('other'))
  one.rest()
  windTo(100)
  expect(rung).toEqual(['other'])
})

it('lets an alarm be set anew while another rings', () => {
  const { alarm, now, windTo } = timer()
  const alarms = splitAlarm(alarm, now)
  const rung: number[] = []
  const again = alarms()
  const ring = (): void => {
    rung.push(now())
    if (rung.length < 3) again.set(now() + 50, ring)
  }
  again.set(50, ring)
  windTo(500)
  expect(rung).toEqual([50, 100, 150])
})
