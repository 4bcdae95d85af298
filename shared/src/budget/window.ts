/**
 * Which calendar window an instant falls into, in a cap's time zone: when it began, and when it ends.
 *
 * A day or month begins at the first instant at which the wall clock shows its first midnight or anything later.
 * That one sentence settles the odd days: where the clocks jump over midnight, the day begins at the jump; where they
 * go back over it, the window that has begun goes on. Hours are those of the clock, cut where the offset changes,
 * so that none is counted twice. The beginning of a window is its name in the books: it stays the same whatever the
 * cap's limit, and no two windows of a kind share one.
 */
import type { CapWindow } from './cap.ts'
import type { ZoneRow, ZoneTable } from './zone-table.ts'

export type Window = {
  /** Zero for `total`, which begins before everything. */
  readonly startsAt: number
  /** Null for `total`, which never ends. */
  readonly endsAt: number | null
}

export function windowAt(window: CapWindow, zone: ZoneTable, now: number): Window {
  switch (window) {
    case 'total':
      return { startsAt: 0, endsAt: null }
    case 'hour':
      return hourAt(zone, now)
    case 'day':
      return spanAt(zone, now, Math.floor(localTime(zone, now) / dayMs), (day) => day * dayMs)
    case 'month':
      return spanAt(zone, now, monthOf(localTime(zone, now)), (month) => Date.UTC(1970, month, 1))
  }
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

function hourAt(zone: ZoneTable, now: number): Window {
  const index = rowAt(zone, now)
  const { since, offsetMs } = zone[index] as ZoneRow
  const startsAt = Math.floor((now + offsetMs) / hourMs) * hourMs - offsetMs
  const nextChange = zone[index + 1]?.since ?? Number.POSITIVE_INFINITY
  // Only a change between full hours of the clock cuts: such as the half hour of Lord Howe Island.
  return {
    startsAt: index > 0 ? Math.max(startsAt, since) : startsAt,
    endsAt: Math.min(startsAt + hourMs, nextChange),
  }
}

/** The span that holds `now`, looking from the one the wall clock names: it may name one that has already ended. */
function spanAt(zone: ZoneTable, now: number, named: number, localStart: (span: number) => number): Window {
  let span = named
  while (firstInstant(zone, localStart(span + 1)) <= now) span += 1
  return {
    startsAt: firstInstant(zone, localStart(span)),
    endsAt: firstInstant(zone, localStart(span + 1)),
  }
}

/** The first instant at which the wall clock shows `local` or later. */
function firstInstant(zone: ZoneTable, local: number): number {
  for (const [index, { since, offsetMs }] of zone.entries()) {
    const shown = index === 0 ? local - offsetMs : Math.max(since, local - offsetMs)
    if (shown < (zone[index + 1]?.since ?? Number.POSITIVE_INFINITY)) return shown
  }
  throw new RangeError('a zone table has at least one row')
}

function localTime(zone: ZoneTable, now: number): number {
  return now + (zone[rowAt(zone, now)] as ZoneRow).offsetMs
}

function rowAt(zone: ZoneTable, now: number): number {
  return Math.max(
    0,
    zone.findLastIndex((row) => row.since <= now),
  )
}

/** Months since January 1970. */
function monthOf(local: number): number {
  const date = new Date(local)
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
}
