/**
 * When an answer is in force. A day is a day of UTC, and `until` includes it; whoever means another midnight writes the moment
 * with its offset: `2026-12-31T18:00:00+01:00`.
 */
import type { Place } from './yaml-place.ts'

const day = /^\d{4}-\d{2}-\d{2}$/
const moment = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/
const dayMs = 86_400_000

export type Dates = { readonly fromMs: number | null; readonly untilMs: number | null }

export function readDates(place: Place | undefined): Dates {
  if (place === undefined) return { fromMs: null, untilMs: null }
  const { from, until } = place.members(['from', 'until'] as const, [])
  if (from === undefined && until === undefined) throw place.wrong('names from, or until, or both')
  const fromMs = from === undefined ? null : momentOf(from, 0)
  const untilMs = until === undefined ? null : momentOf(until, dayMs)
  if (fromMs !== null && untilMs !== null && untilMs <= fromMs) throw place.wrong('ends before it begins')
  return { fromMs, untilMs }
}

function momentOf(place: Place, wholeDayMs: number): number {
  const text = place.text()
  const date = day.test(text) ? text : moment.exec(text)?.[1]
  const midnight = date === undefined ? Number.NaN : Date.parse(`${date}T00:00:00Z`)
  // JavaScript takes the 30th of February for the 2nd of March.
  const isDay = Number.isFinite(midnight) && new Date(midnight).toISOString().startsWith(date!)
  if (!isDay)
    throw place.wrong('is a day such as 2026-12-31, or a moment with its offset: 2026-12-31T18:00:00+01:00')
  return date === text ? midnight + wholeDayMs : Date.parse(text)
}
