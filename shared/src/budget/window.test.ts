import { expect, it } from 'vitest'
import type { CapWindow } from './cap.ts'
import { windowAt } from './window.ts'
import { utc, type ZoneTable } from './zone-table.ts'

const hour = 3_600_000
const at = (text: string): number => Date.parse(text)
const shown = (window: CapWindow, zone: ZoneTable, now: string): readonly (string | null)[] => {
  const { startsAt, endsAt } = windowAt(window, zone, at(now))
  return [startsAt, endsAt].map((instant) =>
    instant === null ? null : new Date(instant).toISOString().slice(0, 16),
  )
}
const zone = (beforeHours: number, ...changes: readonly (readonly [string, number])[]): ZoneTable => [
  { since: 0, offsetMs: beforeHours * hour },
  ...changes.map(([since, hours]) => ({ since: at(since), offsetMs: hours * hour })),
]

const berlin = zone(1, ['2027-03-28T01:00Z', 2], ['2027-10-31T01:00Z', 1])

it('begins with the hour, day and month of the clock, and ends with them', () => {
  expect(shown('hour', utc, '2026-11-21T12:34:56Z')).toEqual(['2026-11-21T12:00', '2026-11-21T13:00'])
  expect(shown('day', utc, '2026-11-21T12:34:56Z')).toEqual(['2026-11-21T00:00', '2026-11-22T00:00'])
  expect(shown('month', utc, '2026-12-31T23:59:59Z')).toEqual(['2026-12-01T00:00', '2027-01-01T00:00'])
  expect(shown('month', utc, '2028-02-29T12:00:00Z')).toEqual(['2028-02-01T00:00', '2028-03-01T00:00'])
})

it('has one total window that never ends', () => {
  expect(windowAt('total', berlin, 0)).toEqual({ startsAt: 0, endsAt: null })
  expect(windowAt('total', utc, at('2040-01-01'))).toEqual({ startsAt: 0, endsAt: null })
})

it('belongs to the window that begins at an instant, and no longer to the one that ends there', () => {
  expect(shown('day', utc, '2026-11-22T00:00:00Z')).toEqual(['2026-11-22T00:00', '2026-11-23T00:00'])
  expect(shown('day', utc, '2026-11-21T23:59:59.999Z')).toEqual(['2026-11-21T00:00', '2026-11-22T00:00'])
})

it('has a day of 23 hours when summer time begins and one of 25 when it ends', () => {
  for (const now of ['2027-03-27T23:00Z', '2027-03-28T00:59Z', '2027-03-28T01:00Z', '2027-03-28T21:59Z']) {
    expect(shown('day', berlin, now)).toEqual(['2027-03-27T23:00', '2027-03-28T22:00'])
  }
  for (const now of ['2027-10-30T22:00Z', '2027-10-31T00:30Z', '2027-10-31T01:30Z', '2027-10-31T22:59Z']) {
    expect(shown('day', berlin, now)).toEqual(['2027-10-30T22:00', '2027-10-31T23:00'])
  }
  expect(shown('month', berlin, '2027-03-28T12:00Z')).toEqual(['2027-02-28T23:00', '2027-03-31T22:00'])
})

it('counts the hour that the clock shows twice as two', () => {
  expect(shown('hour', berlin, '2027-10-31T00:30Z')).toEqual(['2027-10-31T00:00', '2027-10-31T01:00'])
  expect(shown('hour', berlin, '2027-10-31T01:30Z')).toEqual(['2027-10-31T01:00', '2027-10-31T02:00'])
})

it('stands where a zone of half an hour stands', () => {
  const kolkata = zone(5.5)
  expect(shown('hour', kolkata, '2026-11-21T12:45Z')).toEqual(['2026-11-21T12:30', '2026-11-21T13:30'])
  expect(shown('day', kolkata, '2026-11-21T18:29Z')).toEqual(['2026-11-20T18:30', '2026-11-21T18:30'])
})

it('cuts the hour where the clocks change by half of one', () => {
  const lordHowe = zone(11, ['2027-04-03T15:00Z', 10.5], ['2027-10-02T15:30Z', 11])
  expect(shown('hour', lordHowe, '2027-04-03T14:59Z')).toEqual(['2027-04-03T14:00', '2027-04-03T15:00'])
  expect(shown('hour', lordHowe, '2027-04-03T15:00Z')).toEqual(['2027-04-03T15:00', '2027-04-03T15:30'])
  expect(shown('hour', lordHowe, '2027-04-03T15:30Z')).toEqual(['2027-04-03T15:30', '2027-04-03T16:30'])
  expect(shown('hour', lordHowe, '2027-10-02T15:29Z')).toEqual(['2027-10-02T14:30', '2027-10-02T15:30'])
  expect(shown('hour', lordHowe, '2027-10-02T15:30Z')).toEqual(['2027-10-02T15:30', '2027-10-02T16:00'])
})

it('begins a day whose midnight is jumped over with the jump', () => {
  const beirut = zone(2, ['2027-03-27T22:00Z', 3], ['2027-10-30T21:00Z', 2])
  expect(shown('day', beirut, '2027-03-27T21:59Z')).toEqual(['2027-03-26T22:00', '2027-03-27T22:00'])
  expect(shown('day', beirut, '2027-03-27T22:00Z')).toEqual(['2027-03-27T22:00', '2027-03-28T21:00'])
  // In autumn midnight turns back to eleven: the day goes on for that hour.
  expect(shown('day', beirut, '2027-10-30T21:30Z')).toEqual(['2027-10-29T21:00', '2027-10-30T22:00'])
})

it('does not begin a day twice where the clocks go back over midnight', () => {
  // At one minute past midnight back by an hour, as Newfoundland did: the new day has begun and goes on.
  const oldNewfoundland = zone(-2.5, ['2027-11-07T02:31Z', -3.5])
  expect(shown('day', oldNewfoundland, '2027-11-07T02:29Z')).toEqual(['2027-11-06T02:30', '2027-11-07T02:30'])
  for (const now of ['2027-11-07T02:30Z', '2027-11-07T02:31Z', '2027-11-07T03:15Z', '2027-11-07T03:30Z']) {
    expect(shown('day', oldNewfoundland, now)).toEqual(['2027-11-07T02:30', '2027-11-08T03:30'])
  }
})

it('covers all time without a gap or an overlap, each window naming itself by its beginning', () => {
  const zones = [utc, berlin, zone(11, ['2027-04-03T15:00Z', 10.5]), zone(-4, ['2027-09-05T04:00Z', -3])]
  for (const table of zones) {
    for (const window of ['hour', 'day', 'month'] as const) {
      let now = at('2027-03-01T00:17Z')
      while (now < at('2027-11-10')) {
        const { startsAt, endsAt } = windowAt(window, table, now)
        expect(startsAt).toBeLessThanOrEqual(now)
        expect(endsAt).toBeGreaterThan(now)
        expect(windowAt(window, table, startsAt)).toEqual({ startsAt, endsAt })
        expect(windowAt(window, table, endsAt! - 1)).toEqual({ startsAt, endsAt })
        expect(windowAt(window, table, endsAt!).startsAt).toBe(endsAt)
        now = endsAt!
      }
    }
  }
})
