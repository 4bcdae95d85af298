import { expect, it } from 'vitest'
import { setCaps } from './set-caps.ts'
import { zoneTableOf } from './zone-table-of.ts'

const now = Date.UTC(2026, 10, 21, 12)
const hours = (table: ReturnType<typeof zoneTableOf>) =>
  table.map(({ since, offsetMs }) => [new Date(since).toISOString().slice(0, 16), offsetMs / 3_600_000])

it('finds each change of a zone, to the minute, for two years', () => {
  expect(hours(zoneTableOf('Europe/Berlin', now))).toEqual([
    ['2026-10-12T12:00', 2],
    ['2026-10-25T01:00', 1],
    ['2027-03-28T01:00', 2],
    ['2027-10-31T01:00', 1],
    ['2028-03-26T01:00', 2],
    ['2028-10-29T01:00', 1],
  ])
})

it('knows zones of half and quarter hours, on both sides of Greenwich', () => {
  expect(hours(zoneTableOf('Asia/Kathmandu', now))).toEqual([['2026-10-12T12:00', 5.75]])
  expect(zoneTableOf('America/St_Johns', now).map(({ offsetMs }) => offsetMs / 3_600_000)).toEqual([
    -2.5, -3.5, -2.5, -3.5, -2.5, -3.5,
  ])
  expect(zoneTableOf('Australia/Lord_Howe', now).map(({ offsetMs }) => offsetMs / 3_600_000)).toEqual([
    11, 10.5, 11, 10.5, 11,
  ])
})

it('has one row for UTC', () => {
  expect(zoneTableOf('UTC', now)).toEqual([{ since: 0, offsetMs: 0 }])
})

it('sets caps with the table of their zone, and refuses a zone that there is not, with its path', () => {
  const terms = { scope: 'account', window: 'day', limit: 1 } as const
  const [berlin, plain] = setCaps([{ ...terms, timeZone: 'Europe/Berlin' }, terms], now)
  expect(berlin?.zone).toHaveLength(6)
  expect(plain).toMatchObject({ kind: 'hard', zone: [{ since: 0, offsetMs: 0 }] })
  expect(() => setCaps([terms, { ...terms, timeZone: 'Mars/Olympus' }], now, 'account.caps')).toThrowError(
    expect.objectContaining({ code: 'bad-options', param: 'account.caps[1].timeZone' }),
  )
})
