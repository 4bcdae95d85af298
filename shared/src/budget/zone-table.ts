/**
 * A time zone as a value: the instants at which its offset from UTC changes, and the offset from each of them on.
 *
 * Redis' Lua knows no time zones, a Worker's clock may be off, and two hosts may carry different time-zone data. So
 * the table is made once, when a cap is set, and travels with the cap: whoever keeps the books picks the row by
 * their own clock, and all of them find the same window.
 */
export type ZoneTable = readonly [ZoneRow, ...ZoneRow[]]

/** From `since` (milliseconds since the epoch) local time is UTC plus `offsetMs`. The first row reaches back for ever, the last one on. */
export type ZoneRow = { readonly since: number; readonly offsetMs: number }

export const utc: ZoneTable = [{ since: 0, offsetMs: 0 }]
