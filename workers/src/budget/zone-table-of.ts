/**
 * Makes the table of a time zone, from the host's time-zone data.
 *
 * This is the one place that asks `Intl`: two hosts may answer differently, so it is done once, when a cap is set,
 * and everything later rests on the table. It reaches back over the longest window and two years ahead; after its end the
 * last offset goes on, and a process that lives so long should set its caps anew.
 */
import { NearsideError, utc, type ZoneRow, type ZoneTable } from '@nearside/core'

export function zoneTableOf(timeZone: string, now: number, path = 'timeZone'): ZoneTable {
  if (timeZone === 'UTC') return utc
  const offsetAt = offsetReader(timeZone, path)
  const first: ZoneRow = { since: now - backMs, offsetMs: offsetAt(now - backMs) }
  const rows: ZoneRow[] = []
  let offsetMs = first.offsetMs
  for (let from = first.since; from < now + aheadMs; from += stepMs) {
    if (offsetAt(from + stepMs) === offsetMs) continue
    const since = changeBetween(from, from + stepMs, offsetMs, offsetAt)
    offsetMs = offsetAt(since)
    rows.push({ since, offsetMs })
  }
  return [first, ...rows]
}

const dayMs = 24 * 3_600_000
const backMs = 40 * dayMs
const aheadMs = 2 * 366 * dayMs
// No zone changes twice in a week: the shortest known summer pause, a Ramadan, lasts a month.
const stepMs = 7 * dayMs

type OffsetAt = (instant: number) => number

/** The first instant of another offset, to the millisecond. */
function changeBetween(before: number, after: number, offsetMs: number, offsetAt: OffsetAt): number {
  let low = before
  let high = after
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle) === offsetMs) low = middle
    else high = middle
  }
  return high
}

function offsetReader(timeZone: string, path: string): OffsetAt {
  const format = formatOf(timeZone, path)
  return (instant) => {
    const name = format.formatToParts(instant).find((part) => part.type === 'timeZoneName')?.value ?? ''
    // `GMT`, `GMT+05:30`, `GMT-03:00`; places that kept seconds did so before any cap was set.
    const match = /^GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name)
    const minutes = Number(match?.[2] ?? 0) * 60 + Number(match?.[3] ?? 0)
    return (match?.[1] === '-' ? -minutes : minutes) * 60_000
  }
}

function formatOf(timeZone: string, path: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch (cause) {
    throw new NearsideError(
      'bad-options',
      `${path} is a time zone such as UTC or Europe/Berlin, but was ${timeZone}`,
      {
        param: path,
        cause,
      },
    )
  }
}
